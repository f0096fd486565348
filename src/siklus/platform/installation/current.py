"""The installation of this process, read once."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo, available_timezones

from babel.numbers import list_currencies
from django.db import transaction
from django.utils.translation import gettext as _

from siklus.platform.installation.models import Installation


class NotFounded(Exception):
    """No installation yet: `siklus init` was not run."""


class CannotFound(ValueError):
    """The values for a new installation are wrong; the text says which."""


@dataclass(frozen=True)
class Current:
    name: str
    currency: str
    time_zone: ZoneInfo
    language: str
    country: str


_current: Current | None = None


def current() -> Current:
    """Name, currency and time zone of this installation. Raises NotFounded before `siklus init`."""
    global _current
    if _current is None:
        row = Installation.objects.filter(pk=1).first()
        if row is None:
            raise NotFounded(_("This installation is empty. Run “siklus init” first."))
        _current = Current(row.name, row.currency, ZoneInfo(row.time_zone), row.language, row.country)
    return _current


def forget() -> None:
    """Read the installation anew at the next question (after a change, and in tests)."""
    global _current
    _current = None


@transaction.atomic
def found_installation(
    *, name: str, currency: str, time_zone: str, at: datetime, language: str = "en", country: str = "ID"
) -> Current:
    """Write the one row. Refuses an unknown currency or time zone, and a second founding."""
    currency = currency.upper()
    if currency not in list_currencies():
        raise CannotFound(
            _("“%(code)s” is not a currency code; use one such as IDR or USD.") % {"code": currency}
        )
    if time_zone not in available_timezones():
        raise CannotFound(
            _("“%(zone)s” is not a time zone; use one such as Asia/Jakarta.") % {"zone": time_zone}
        )
    if Installation.objects.exists():
        raise CannotFound(_("This installation already exists; its currency and time zone are fixed."))
    Installation.objects.create(
        name=name.strip() or "Siklus",
        currency=currency,
        time_zone=time_zone,
        language=language,
        country=country,
        created_at=at,
    )
    forget()
    return current()
