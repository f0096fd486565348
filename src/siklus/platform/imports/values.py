"""Typed values out of the text of cells. Pure functions, no Django.

Each parser takes the text of one cell and returns a value or raises `ValueProblem`. What can be read two ways
(03/04/2024, 1.234) is decided once per column: `guess_date_order` and `guess_decimal_style` look at samples.
A value that can be read in one way only is read that way, whatever its column says.
"""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from typing import Any, NamedTuple


class ValueProblem(Exception):
    """A cell whose text is no such value.

    Attributes
    ----------
    code : empty, date, date_order, date_impossible, moment, number, whole_number, out_of_range, percent,
        currency, yes_no
    params : values for the message; `text` is always there
    """

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code, params)
        self.code, self.params = code, params


class DateGuess(NamedTuple):
    """Order of day and month in a column; not certain when no sample gave it away."""

    order: str
    is_certain: bool


class DecimalGuess(NamedTuple):
    """Decimal mark of a column, "." or ","; not certain when no sample gave it away."""

    style: str
    is_certain: bool


# Dates

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan januari january",
            "feb peb februari pebruari february",
            "mar maret march mrt",
            "apr april",
            "mei may",
            "jun juni june",
            "jul juli july",
            "agu ags agt agustus aug august",
            "sep sept september",
            "okt oct oktober october",
            "nov nop november nopember",
            "des dec desember december",
        ),
        1,
    )
    for name in names.split()
}
ZONES = {"wib": 7, "wita": 8, "wit": 9, "utc": 0, "gmt": 0}

_ISO_DAY = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]\d{1,2}:\d\d.*)?", re.ASCII).fullmatch
_TIGHT_DAY = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)", re.ASCII).fullmatch
_NUMERIC_DAY = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d\d)", re.ASCII).fullmatch
_NUMERIC_START = re.compile(r"\s*(\d{1,2})[-/.](\d{1,2})[-/.](?:\d{4}|\d\d)\b", re.ASCII).match
_DAY_FIRST = re.compile(r"(?:[^\W\d]+,?\s+)?(\d{1,2})[-\s.]*([^\W\d]{3,9})[-\s.,]*(\d{4}|\d\d)").fullmatch
_MONTH_FIRST = re.compile(
    r"(?:[^\W\d]+,\s+)?([^\W\d]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})"
).fullmatch
_CLOCK = re.compile(
    r"(.*?\d)(?:[T,]?\s+(?:pukul|jam|at)?\s*|T)(\d{1,2})[:.](\d\d)(?:[:.](\d\d)(?:[.,]\d+)?)?"
    r"\s*([ap]\.?m\.?)?\s*(z|wib|wita|wit|utc|gmt|[+-]\d\d:?\d\d)?",
    re.IGNORECASE,
).fullmatch


def parse_date(text: str, order: str = "dmy") -> date:
    """Read a day: 2024-01-31, 31/01/2024, 31-1-24, 20240131, 31 Januari 2024, Jan 31, 2024, ISO with a time.

    Parameters
    ----------
    text : the cell
    order : "dmy" or "mdy", for numeric days that are not in ISO form

    Raises
    ------
    ValueProblem : empty, date, date_order (the other order would fit), date_impossible (no such day)
    """
    if len(text) == 10:
        if text[4] == "-" == text[7]:
            try:
                return date.fromisoformat(text)
            except ValueError:
                pass
        elif order == "dmy" and text[2] == text[5] and text[2] in "/-.":
            year, month, day = text[6:], text[3:5], text[:2]
            if year.isdecimal() and month.isdecimal() and day.isdecimal():
                try:
                    return date(int(year), int(month), int(day))
                except ValueError:
                    pass
    return _slow_date(text, order)


def _slow_date(text: str, order: str) -> date:
    text = text.strip()
    if not text:
        raise ValueProblem("empty", text=text)
    if found := _ISO_DAY(text) or _TIGHT_DAY(text):
        return _day(text, found[1], int(found[2]), found[3])
    if found := _NUMERIC_DAY(text):
        first, second, year = int(found[1]), int(found[3]), found[4]
        day, month = (first, second) if order == "dmy" else (second, first)
        if month > 12 >= day:
            raise ValueProblem("date_order", text=text, order=order)
        return _day(text, year, month, day)
    if found := _DAY_FIRST(text):
        number, name, year = found.groups()
    elif found := _MONTH_FIRST(text):
        name, number, year = found.groups()
    else:
        raise ValueProblem("date", text=text)
    if (month := MONTHS.get(name.lower(), 0)) == 0:
        raise ValueProblem("date", text=text)
    return _day(text, year, month, number)


def _day(text: str, year: str, month: int, day: str | int) -> date:
    try:
        full = int(year)
        if len(year) == 2:
            full += 2000 if full < 70 else 1900
        return date(full, month, int(day))
    except ValueError:
        raise ValueProblem("date_impossible", text=text) from None


def guess_date_order(samples: Iterable[str], default: str = "dmy") -> DateGuess:
    """Order of day and month that fits most samples; `default` when all could be either."""
    day_first = month_first = 0
    for text in samples:
        if found := _NUMERIC_START(text):
            first, second = int(found[1]), int(found[2])
            day_first += first > 12 >= second
            month_first += second > 12 >= first
    if day_first == month_first:
        return DateGuess(default, False)
    return DateGuess("dmy" if day_first > month_first else "mdy", True)


def parse_moment(text: str, order: str = "dmy", zone: tzinfo = UTC) -> datetime:
    """Read a moment as a datetime in UTC; a day alone is its midnight.

    Parameters
    ----------
    text : ISO, or any day `parse_date` knows followed by 13:45, 13.45, 1:45 PM, "pukul 13.45 WIB"
    order : see `parse_date`
    zone : the zone of moments that name none

    Raises
    ------
    ValueProblem : empty, moment, and the codes of `parse_date`
    """
    text = text.strip()
    try:
        if text[4:5] == "-":
            moment = datetime.fromisoformat(text)
            return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    found = _CLOCK(text)
    day = parse_date(found[1] if found else text, order)
    hour, minute, second = (int(part or 0) for part in found.group(2, 3, 4)) if found else (0, 0, 0)
    if found and found[5]:
        if not 1 <= hour <= 12:
            raise ValueProblem("moment", text=text)
        hour = hour % 12 + (12 if found[5][0] in "pP" else 0)
    try:
        moment = datetime(day.year, day.month, day.day, hour, minute, second)  # noqa: DTZ001
        return moment.replace(tzinfo=_zone(found[6]) if found and found[6] else zone).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueProblem("moment", text=text) from None


def _zone(name: str) -> tzinfo:
    if name[0] in "+-":
        offset = timedelta(hours=int(name[1:3]), minutes=int(name[-2:]))
        return timezone(-offset if name[0] == "-" else offset)
    return timezone(timedelta(hours=ZONES.get(name.lower(), 0)))


# Numbers and money


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


CURRENCIES = _set(
    """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD
    CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF
    GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK
    LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD
    OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN
    SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND VUV WST XAF XCD XOF XPF
    YER ZAR ZMW ZWG
    """
)
SYMBOLS = {
    "RP": "IDR", "RUPIAH": "IDR", "$": "USD", "US$": "USD", "DOLLAR": "USD", "DOLAR": "USD", "€": "EUR",
    "EURO": "EUR", "£": "GBP", "¥": "JPY", "YEN": "JPY", "S$": "SGD", "A$": "AUD", "AU$": "AUD", "HK$": "HKD",
    "NT$": "TWD", "RM": "MYR", "RMB": "CNY", "YUAN": "CNY", "₹": "INR", "₩": "KRW", "฿": "THB", "₫": "VND",
    "₱": "PHP", "CHF": "CHF",
}  # fmt: skip
SCALES = {"jt": 6, "juta": 6, "rb": 3, "ribu": 3, "k": 3, "miliar": 9, "milyar": 9, "triliun": 12}

_SCALED = re.compile(r"(.*\d)\s*(jt|juta|rb|ribu|k|miliar|milyar|triliun)\.?", re.IGNORECASE).fullmatch
_MONEY_WORD = re.compile(r"[^\W\d_]*[$€£¥₹₩฿₫₱]|[^\W\d_]+")
_EDGES = re.compile(r"[\d\s.,'’()+/-]+")
_GROUPED = {
    "," : re.compile(r"\d{1,3}(?:,\d{3})+").fullmatch,
    "." : re.compile(r"\d{1,3}(?:\.\d{3})+").fullmatch,
}  # fmt: skip
_SPACED = re.compile(r"(\d{1,3}(?:[\s\u00a0\u202f'’]\d{3})+)([.,]\d+)?").fullmatch
_PLAIN_NUMBER = re.compile(r"\d+", re.ASCII).fullmatch
_PLAIN_MONEY = re.compile(r"-?\d+(?:\.\d{1,2})?", re.ASCII).fullmatch
_PLAIN_FRACTION = re.compile(r"-?\d+\.\d+", re.ASCII).fullmatch


def parse_decimal(text: str, style: str = "auto") -> Decimal:
    """Read a number or an amount of money: 1.234.567,89 · 1,234,567.89 · Rp 1.234.567 · (1,200) · 2,5 jt.

    Parameters
    ----------
    text : the cell; a currency before or behind the number is passed over (`parse_currency` reads it)
    style : decimal mark of the column, "." or ","; "auto" takes one mark before three digits for grouping

    Raises
    ------
    ValueProblem : empty, number
    """
    if text.isdigit() and text.isascii():
        return Decimal(text)
    if (_PLAIN_MONEY(text) or (style == "." and _PLAIN_FRACTION(text))) and len(text) < 40:
        return Decimal(text)
    plain = text.strip()
    if not plain:
        raise ValueProblem("empty", text=text)
    is_negative = False
    if plain[0] == "(" and plain[-1] == ")":
        is_negative, plain = True, plain[1:-1].strip()
    scale = 0
    if scaled := _SCALED(plain):
        plain, scale = scaled[1], SCALES[scaled[2].lower()]
    if not plain.isascii() or plain.lower() != plain.upper() or "$" in plain:
        plain = _without_currency(plain, text)
    for dash in (",-", ".-", ",--"):
        plain = plain.removesuffix(dash)
    for sign in "-−+":
        if plain.startswith(sign) or plain.endswith(sign):
            is_negative ^= sign != "+"
            plain = plain.removeprefix(sign).removesuffix(sign).strip()
            break
    if plain and not plain[0].isdecimal() and plain[0] not in ".,":
        plain = _without_currency(plain, text)
    number = _number(plain, style)
    if number is None or len(plain) > 60:
        raise ValueProblem("number", text=text)
    if scale:
        number = number.scaleb(scale)
        number = number.quantize(1) if number == number.to_integral_value() else number
    return -number if is_negative else number


def _without_currency(plain: str, text: str) -> str:
    """The number without one currency word before or behind it."""
    words = _MONEY_WORD.findall(plain)
    if len(words) != 1 or _currency(words[0]) is None:
        if words:
            raise ValueProblem("number", text=text)
        return plain
    before, _, behind = plain.partition(words[0])
    sign, number = before.strip(), behind.strip().removeprefix(".").strip()
    if sign in ("", "-", "+", "−"):
        return sign + number
    if not number:
        return sign
    raise ValueProblem("number", text=text)


def _number(plain: str, style: str) -> Decimal | None:
    if not plain.isascii() or " " in plain or "'" in plain:
        if not (spaced := _SPACED(plain)):
            return None
        return Decimal("".join(c for c in spaced[1] if c.isdecimal()) + (spaced[2] or "").replace(",", "."))
    if _PLAIN_NUMBER(plain):
        return Decimal(plain)
    dot, comma = plain.rfind("."), plain.rfind(",")
    if dot >= 0 and comma >= 0:
        mark, group = (".", ",") if dot > comma else (",", ".")
        whole, _, fraction = plain.rpartition(mark)
        return _joined(whole, group, fraction)
    mark = "." if dot >= 0 else ","
    if plain.count(mark) > 1:
        return _joined(plain, mark, "")
    whole, _, fraction = plain.partition(mark)
    if len(fraction) == 3 and 1 <= len(whole) <= 3 and whole[0] != "0" and style != mark:
        return _joined(plain, mark, "")
    if (fraction or whole).isdecimal() and (whole or fraction).isdecimal() and plain != mark:
        return Decimal(f"{whole or 0}.{fraction or 0}") if fraction else Decimal(whole)
    return None


def _joined(whole: str, group: str, fraction: str) -> Decimal | None:
    if not (whole.isdecimal() or _GROUPED[group](whole)) or (fraction and not fraction.isdecimal()):
        return None
    whole = whole.replace(group, "")
    return Decimal(f"{whole}.{fraction}" if fraction else whole)


def guess_decimal_style(samples: Iterable[str], default: str = ".") -> DecimalGuess:
    """Decimal mark that fits most samples; `default` when all could be either."""
    votes = {".": 0, ",": 0}
    for text in samples:
        dot, comma = text.rfind("."), text.rfind(",")
        if dot < 0 and comma < 0:
            continue
        digits = "".join(c for c in text if c.isdecimal() or c in ".,").strip(".,")
        dots, commas = digits.count("."), digits.count(",")
        if dots and commas:
            votes["." if digits.rfind(".") > digits.rfind(",") else ","] += 1
        elif dots > 1 or commas > 1:
            votes["," if dots else "."] += 1
        elif dots or commas:
            mark = "." if dots else ","
            whole, _, fraction = digits.partition(mark)
            if len(fraction) != 3 or len(whole) > 3 or whole[:1] in ("", "0"):
                votes[mark] += 1
    if votes["."] == votes[","]:
        return DecimalGuess(default, False)
    return DecimalGuess(max(votes, key=lambda mark: votes[mark]), True)


def parse_int(text: str, style: str = "auto", *, low: int | None = None, high: int | None = None) -> int:
    """Read a whole number ("12", "1.200", "12.0").

    Raises
    ------
    ValueProblem : empty, number, whole_number, out_of_range (with `low` and `high`)
    """
    if text.isdigit() and text.isascii() and len(text) < 19:
        number = int(text)
    else:
        value = parse_decimal(text, style)
        if value != value.to_integral_value():
            raise ValueProblem("whole_number", text=text)
        number = int(value)
    if (low is not None and number < low) or (high is not None and number > high):
        raise ValueProblem("out_of_range", text=text, low=low, high=high)
    return number


def parse_percent(text: str, style: str = "auto") -> int:
    """Read a chance in whole per cent: "25", "25%", "25,4 %"; a share below 1 (0.25) is 25.

    Raises
    ------
    ValueProblem : empty, percent, out_of_range
    """
    plain = text.strip()
    if not plain:
        raise ValueProblem("empty", text=text)
    bare = plain.removesuffix("%").rstrip()
    try:
        value = parse_decimal(bare, style)
    except ValueProblem:
        raise ValueProblem("percent", text=text) from None
    if bare == plain and 0 < value < 1:
        value *= 100
    if not 0 <= value <= 100:
        raise ValueProblem("out_of_range", text=text, low=0, high=100)
    return int(value.to_integral_value())


def parse_currency(text: str) -> str:
    """ISO 4217 code of a currency's name or sign, alone or beside an amount ("Rp 1.000" → "IDR").

    Raises
    ------
    ValueProblem : empty, currency
    """
    plain = text.strip()
    if len(plain) == 3 and plain in CURRENCIES:
        return plain
    if not plain:
        raise ValueProblem("empty", text=text)
    words = [word for word in _MONEY_WORD.findall(_EDGES.sub(" ", plain)) if word.lower() not in SCALES]
    code = _currency(words[0]) if len(words) == 1 else None
    if code is None:
        raise ValueProblem("currency", text=text)
    return code


def _currency(word: str) -> str | None:
    upper = word.upper()
    return upper if upper in CURRENCIES else SYMBOLS.get(upper)


# Yes and no

_YES_NO = {
    **dict.fromkeys(_set("yes y ya iya true t benar 1 on aktif active x v ✓ ✔ 1.0 checked"), True),
    **dict.fromkeys(
        _set("no n tidak tdk bukan false f salah 0 off nonaktif inactive - ✗ ✘ 0.0 unchecked"), False
    ),
}


def parse_bool(text: str) -> bool:
    """Read yes or no in English or Indonesian (yes/no, ya/tidak, true/false, 1/0, on/off, x).

    Raises
    ------
    ValueProblem : empty, yes_no
    """
    value = _YES_NO.get(text)
    if value is None:
        plain = text.strip().lower()
        if not plain:
            raise ValueProblem("empty", text=text)
        value = _YES_NO.get(plain)
        if value is None:
            raise ValueProblem("yes_no", text=text)
    return value
