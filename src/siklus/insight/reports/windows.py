"""The windows that people name, and the one that a window is held against."""

from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

WINDOWS: dict[str, Any] = {
    "this_month": _("This month"),
    "last_month": _("Last month"),
    "this_quarter": _("This quarter"),
    "last_quarter": _("Last quarter"),
    "last_30_days": _("Last 30 days"),
    "last_90_days": _("Last 90 days"),
    "last_365_days": _("Last 365 days"),
    "this_year": _("This year"),
    "last_year": _("Last year"),
}
AGAINST: dict[str, Any] = {"previous": _("The window before"), "year": _("A year earlier")}


def window_of(word: str, today: date) -> tuple[date, date]:
    """First and last day of a window by its name; those that go on end today."""
    unit = word.rpartition("_")[2]
    if unit == "days":
        return today - timedelta(days=int(word.split("_")[1]) - 1), today
    first = today.replace(day=1)
    if unit == "quarter":
        first = first.replace(month=(first.month - 1) // 3 * 3 + 1)
    elif unit == "year":
        first = first.replace(month=1)
    if word.startswith("this_"):
        return first, today
    last = first - timedelta(days=1)
    return window_of(f"this_{unit}", last)


def first_against(word: str, first: date, length: int) -> date:
    """The first day of the window to compare with. Raises ValueError for a word that is neither known nor a day."""
    if word == "previous":
        return first - timedelta(days=length)
    if word == "year":
        return first.replace(
            year=first.year - 1, day=28 if (first.month, first.day) == (2, 29) else first.day
        )
    return date.fromisoformat(word)
