"""Days as people say them: `this_month`, `2026-11`, `2026-11-01..2026-11-15`, `last_30_days`."""

import re
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

WORDS = {
    "today": _("Today"),
    "yesterday": _("Yesterday"),
    "tomorrow": _("Tomorrow"),
    "last_week": _("Last week"),
    "this_week": _("This week"),
    "next_week": _("Next week"),
    "last_month": _("Last month"),
    "this_month": _("This month"),
    "next_month": _("Next month"),
    "last_quarter": _("Last quarter"),
    "this_quarter": _("This quarter"),
    "next_quarter": _("Next quarter"),
    "last_year": _("Last year"),
    "this_year": _("This year"),
    "next_year": _("Next year"),
    "past": _("Before today"),
    "last_7_days": _("Last 7 days"),
    "last_14_days": _("Last 14 days"),
    "last_30_days": _("Last 30 days"),
    "last_90_days": _("Last 90 days"),
    "last_365_days": _("Last 365 days"),
    "next_7_days": _("Next 7 days"),
    "next_30_days": _("Next 30 days"),
    "next_90_days": _("Next 90 days"),
}
Days = tuple[date | None, date | None]


class NotADay(ValueError):
    """Neither a word we know, nor a day, month or span of days."""


def _month(year: int, month: int) -> date:
    return date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)


def days_of(text: str, today: date) -> Days:
    """The first and the last day, both included; None is open. Raises NotADay."""
    if match := re.fullmatch(r"(last|this|next)_(week|month|quarter|year)", text):
        return _around(match[2], {"last": -1, "this": 0, "next": 1}[match[1]], today)
    if match := re.fullmatch(r"(last|next)_(\d{1,4})_days", text):
        count = int(match[2])
        back = match[1] == "last"
        return (
            (today - timedelta(days=count - 1), today) if back else (today, today + timedelta(days=count - 1))
        )
    near = {"today": 0, "yesterday": -1, "tomorrow": 1}
    if text in near:
        only = today + timedelta(days=near[text])
        return only, only
    if text == "past":
        return None, today - timedelta(days=1)
    try:
        if re.fullmatch(r"\d{4}-\d{2}", text):
            first = date.fromisoformat(f"{text}-01")
            return first, _month(first.year, first.month + 1) - timedelta(days=1)
        if ".." in text:
            start, end = (part.strip() for part in text.split("..", 1))
            span = (date.fromisoformat(start) if start else None, date.fromisoformat(end) if end else None)
            if span == (None, None):
                raise NotADay(text)
            return span
        only = date.fromisoformat(text)
    except (ValueError, OverflowError) as error:
        raise NotADay(text) from error
    return only, only


def _around(unit: str, step: int, today: date) -> Days:
    if unit == "week":
        start = today - timedelta(days=today.weekday()) + timedelta(weeks=step)
        return start, start + timedelta(days=6)
    length = {"month": 1, "quarter": 3, "year": 12}[unit]
    first = today.month - (today.month - 1) % length
    start = _month(today.year, first + step * length)
    return start, _month(start.year, start.month + length) - timedelta(days=1)
