"""What the rows of a list say, read with as few questions as possible."""

from collections.abc import Iterable
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from siklus.desk.filters.columns import Column
from siklus.desk.filters.lookups import Lookups
from siklus.desk.filters.read import Filter
from siklus.platform.i18n import formats
from siklus.records.activities.models import ActivityKind
from siklus.records.deals.queries import rotting_for
from siklus.records.tags.actions import tags_by_record

DEAL_VALUES = ("version", "status")
ROTS = ("stage_id", "stage_entered_at", "last_touch_at", "next_at", "next_kind", "next_subject")


def needed(made: Filter) -> list[str]:
    """The paths that the shown columns need."""
    paths = ["version", "name"]
    if made.is_deals:
        paths += [*DEAL_VALUES, "qualified_at"]
    for column in made.shown:
        paths += column.values
        if column.kind in {"next", "days"}:
            paths += ROTS
    return list(dict.fromkeys(paths))


def dress(made: Filter, rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Add what is computed: the mark of the next activity, days in the stage, rotting, tags."""
    found = list(rows)
    kinds = {column.kind for column in made.shown}
    if "tags" in kinds:
        tags = tags_by_record(made.record, [row["id"] for row in found])
        for row in found:
            row["tags"] = tags.get(row["id"], ())
    if kinds & {"next", "days"}:
        for row in found:
            add_marks(row, made.names)
    return found


def add_marks(row: dict[str, Any], names: Lookups) -> None:
    row["next_state"], row["next_text"] = next_mark(row, names.now)
    row["days"] = max((names.now - row["stage_entered_at"]).days, 0)
    row["rotting"] = rotting(row, names)


def rotting(row: dict[str, Any], names: Lookups) -> int:
    like_a_deal: Any = SimpleNamespace(
        stage=names.stages[row["stage_id"]],
        status=row["status"],
        next_at=row["next_at"],
        stage_entered_at=row["stage_entered_at"],
        last_touch_at=row["last_touch_at"],
    )
    return rotting_for(like_a_deal, names.now)


def next_mark(row: dict[str, Any], now: datetime) -> tuple[str, str]:
    """(late, today, planned or none; what and when)."""
    at = row["next_at"]
    if row["status"] != "open" and at is None:
        return "", ""
    if at is None and not row["next_kind"]:
        return "none", ""
    what = row["next_subject"] or str(ActivityKind(row["next_kind"]).label)
    if at is None:
        return "planned", what
    if at < now:
        return "late", _("%(what)s, %(when)s") % {"what": what, "when": formats.ago(at, now)}
    if timezone.localtime(at).date() == timezone.localtime(now).date():
        return "today", f"{formats.time_of_day(at)} {what}"
    return "planned", f"{short_day(timezone.localtime(at).date(), timezone.localtime(now).date())}, {what}"


def short_day(value: date | None, today: date) -> str:
    """A day without its year, when that is near enough to be clear."""
    if value is None:
        return ""
    text = formats.day(value)
    return text.rsplit(formats.NBSP, 1)[0] if abs((value - today).days) < 180 else text


def group_label(column: Column, value: Any, names: Lookups, row: dict[str, Any] | None = None) -> str:
    """The heading of a group."""
    if value is None or value == "":
        return _("No owner") if column.kind == "person" else _("%(label)s: empty") % {"label": column.label}
    if column.kind == "person":
        return names.people[value].name if value in names.people else str(value)
    if column.kind == "stage":
        return names.stages[value].name if value in names.stages else str(value)
    if column.group.startswith("month:"):
        return month_label(value)
    if column.kind == "record":
        return str((row or {}).get(f"{column.key}__name") or value)
    if column.choices:
        return str(next((label for key, label in column.choices(names) if key == value), value))
    return str(value)


def month_label(value: Any) -> str:
    return formats.day(value).split(formats.NBSP, 1)[1]


def group_filter(column: Column, value: Any) -> str:
    """The value of the filter that shows this group alone."""
    if value is None or value == "":
        return "nobody" if column.kind == "person" else "none"
    if column.group.startswith("month:"):
        return str(timezone.localtime(value) if isinstance(value, datetime) else value)[:7]
    return str(value).replace("\\", "\\\\").replace(",", "\\,")
