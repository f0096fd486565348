"""Numbers, money, days and moments as people read them, in the active language and time zone.

Called hundreds of times per page: the symbols of a language are read from Babel once and kept.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_skeleton
from babel.numbers import get_currency_precision, get_currency_symbol
from django.utils import timezone

from siklus.platform.i18n.speaking import language

NBSP = "\u00a0"
Number = int | float | Decimal

_PRECISION = {"IDR": 0}
_SYMBOLS = {"IDR": "Rp"}
_COMPACT = {
    "en": ((12, "T"), (9, "B"), (6, "M"), (3, "K")),
    "id": ((12, f"{NBSP}T"), (9, f"{NBSP}M"), (6, f"{NBSP}jt"), (3, f"{NBSP}rb")),
}
_UNITS = (("year", 31_557_600), ("month", 2_629_800), ("day", 86_400), ("hour", 3600), ("minute", 60))
_WORDS: dict[str, dict[str, Any]] = {
    "en": {
        "now": "just now", "today": "today", "yesterday": "yesterday", "tomorrow": "tomorrow",
        "past": "{} ago", "future": "in {}", "short_day": "{} d", "short_time": ("{} h", "{} min"), "bytes": "{} bytes",
        "year": ("{} year", "{} years"), "month": ("{} month", "{} months"), "day": ("{} day", "{} days"),
        "hour": ("{} hour", "{} hours"), "minute": ("{} minute", "{} minutes"),
    },
    "id": {
        "now": "baru saja", "today": "hari ini", "yesterday": "kemarin", "tomorrow": "besok",
        "past": "{} lalu", "future": "{} lagi", "short_day": "{} hr", "bytes": "{} bita",
        "short_time": ("{} jam", "{} mnt"),
        "year": ("{} tahun", "{} tahun"), "month": ("{} bulan", "{} bulan"), "day": ("{} hari", "{} hari"),
        "hour": ("{} jam", "{} jam"), "minute": ("{} menit", "{} menit"),
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Language:
    """What one language needs to write numbers and dates."""

    code: str
    swap: dict[int, str]
    minus: str
    percent: str
    months: dict[int, str]
    clock: str
    compact: tuple[tuple[int, str], ...]
    words: dict[str, Any]


@lru_cache(maxsize=32)
def _language(code: str) -> _Language:
    try:
        locale = Locale.parse(code.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        locale = Locale("en")
    symbols = locale.number_symbols
    symbols = symbols.get("latn", symbols)
    short = locale.language
    prefix, suffix = locale.percent_formats[None].prefix[0], locale.percent_formats[None].suffix[0]
    return _Language(
        code=short,
        swap={ord(","): symbols["group"], ord("."): symbols["decimal"], ord("-"): symbols["minusSign"]},
        minus=symbols["minusSign"],
        percent=f"{prefix}{{}}{suffix}",
        months=dict(locale.months["format"]["abbreviated"]),
        clock="%H.%M" if short == "id" else "%H:%M",
        compact=_COMPACT.get(short, _COMPACT["en"]),
        words=_WORDS.get(short, _WORDS["en"]),
    )


def _here() -> _Language:
    return _language(language())


@lru_cache(maxsize=512)
def _currency(currency: str, language: str) -> tuple[str, int]:
    """The symbol with the space it wants, and the number of decimals."""
    symbol = _SYMBOLS.get(currency) or get_currency_symbol(currency, locale=language)
    space = NBSP if symbol[-1:].isalpha() else ""
    return symbol + space, _PRECISION.get(currency, get_currency_precision(currency))


def _short(value: Number, here: _Language) -> str:
    """Three digits at most, and a word for the size."""
    size = abs(float(value))
    if size < 999.5:
        return f"{size:,.0f}".translate(here.swap)
    power, word = next((p for p in reversed(here.compact) if size / 10 ** p[0] < 999.5), here.compact[0])
    scaled = size / 10**power
    text = f"{scaled:,.0f}" if scaled >= 99.95 else f"{scaled:,.1f}".removesuffix(".0")
    return text.translate(here.swap) + word


def money(amount: Number | None, currency: str, compact: bool = False) -> str:
    """`Rp 420.000.000`, or `Rp 420 jt` when compact."""
    if amount is None:
        return ""
    here = _here()
    symbol, digits = _currency(currency, here.code)
    text = _short(amount, here) if compact else f"{abs(amount):,.{digits}f}".translate(here.swap)
    negative = amount < 0 and any(c in "123456789" for c in text)
    return (here.minus if negative else "") + symbol + text


def number(value: Number | None, digits: int | None = None, compact: bool = False) -> str:
    """Grouped digits; without `digits` as many decimals as the value has, at most three."""
    if value is None:
        return ""
    here = _here()
    if compact:
        return (here.minus if value < 0 else "") + _short(value, here)
    if digits is not None:
        return f"{value:,.{digits}f}".translate(here.swap)
    if isinstance(value, int):
        return f"{value:,}".translate(here.swap)
    text = f"{value:,.3f}".rstrip("0").rstrip(".")
    return text.translate(here.swap)


def percent(value: Number | None, digits: int = 0) -> str:
    """A share (0.27) as a percentage (27%)."""
    if value is None:
        return ""
    here = _here()
    return here.percent.format(f"{value * 100:,.{digits}f}".translate(here.swap))


def _local(value: dt.datetime) -> dt.datetime:
    return timezone.localtime(value) if timezone.is_aware(value) else value


def day(value: dt.date | dt.datetime | None) -> str:
    """`15 Jan 2027`"""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        value = _local(value)
    return f"{value.day}{NBSP}{_here().months[value.month]}{NBSP}{value.year}"


def month(value: dt.date) -> str:
    """`Jan 2027`"""
    return format_skeleton("yMMM", value, locale=language())


def weekday(value: dt.date | dt.datetime) -> str:
    """`Monday`, `Senin`"""
    if isinstance(value, dt.datetime):
        value = _local(value)
    names = Locale.parse(language()).days["stand-alone"]["wide"]
    return str(names[value.weekday()])


def time_of_day(value: dt.datetime | dt.time | None) -> str:
    """`14.00` in Indonesian, `14:00` in English."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        value = _local(value)
    return value.strftime(_here().clock)


def moment(value: dt.datetime | None) -> str:
    """`15 Jan 2027, 14:00`"""
    if value is None:
        return ""
    return f"{day(value)}, {time_of_day(value)}"


def _count(unit: str, n: int, here: _Language) -> str:
    one, many = here.words[unit]
    return (one if n == 1 else many).format(f"{n:,}".translate(here.swap))


def ago(value: dt.date | dt.datetime | None, now: dt.datetime | None = None) -> str:
    """How far from now: `2 days ago`, `in 3 hours`; for days also `yesterday`, `today`, `tomorrow`."""
    if value is None:
        return ""
    here = _here()
    now = now or timezone.now()
    if isinstance(value, dt.datetime):
        if timezone.is_naive(value):
            value = timezone.make_aware(value)
        seconds = (now - value).total_seconds()
    else:
        distance = (_local(now).date() - value).days
        if -1 <= distance <= 1:
            return str(here.words[("tomorrow", "today", "yesterday")[distance + 1]])
        seconds = distance * 86_400.0
    for unit, length in _UNITS:
        if abs(seconds) >= length:
            words = _count(unit, int(abs(seconds) // length), here)
            return str(here.words["past" if seconds > 0 else "future"]).format(words)
    return str(here.words["now"])


def days(n: int | None, short: bool = False) -> str:
    """`9 days`, or `9 d` where room is scarce."""
    if n is None:
        return ""
    here = _here()
    if short:
        return str(here.words["short_day"]).format(f"{n:,}".translate(here.swap)).replace(" ", NBSP)
    return _count("day", n, here)


def duration(minutes: int | None) -> str:
    """Minutes as `35 min`, `2 h`, `1 h 20 min`; hours are never made days, since a working day has fewer."""
    if minutes is None:
        return ""
    here = _here()
    hours, rest = divmod(minutes, 60)
    parts = [(hours, here.words["short_time"][0])] if hours else []
    if rest or not hours:
        parts.append((rest, here.words["short_time"][1]))
    return " ".join(words.format(f"{n:,}".translate(here.swap)) for n, words in parts).replace(" ", NBSP)


def file_size(size: int | None) -> str:
    """`1.9 MB`"""
    if size is None:
        return ""
    here = _here()
    if size < 1000:
        return str(here.words["bytes"]).format(size)
    value = float(size)
    for unit in ("kB", "MB", "GB", "TB"):
        value /= 1000
        if value < 999.5 or unit == "TB":
            break
    text = f"{value:.0f}" if value >= 99.95 else f"{value:.1f}".removesuffix(".0")
    return text.translate(here.swap) + NBSP + unit
