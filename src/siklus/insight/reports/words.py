"""Words that several reports say."""

from datetime import date

from django.utils.translation import gettext as _

from siklus.analytics.rates import ENOUGH
from siklus.platform.i18n.formats import month


def month_name(name: str) -> str:
    """“2026-11” as people read it."""
    year, number = map(int, name.split("-"))
    return month(date(year, number, 1))


def enough(n: int) -> str:
    """Why a share is not told."""
    return _("not enough yet: %(n)s, a share takes %(enough)s") % {"n": n, "enough": ENOUGH}
