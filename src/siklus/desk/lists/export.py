"""The whole filter as a CSV file, streamed row by row."""

import csv
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from siklus.desk.filters.columns import Column
from siklus.desk.filters.pages import ordered
from siklus.desk.filters.read import Filter, read_filter
from siklus.desk.lists.rows import needed
from siklus.desk.request import Request
from siklus.platform.tables.sheets import harmless
from siklus.records.tags.actions import tags_by_record

CHUNK = 1000


class _Echo:
    def write(self, text: str) -> str:
        return text


@require_safe
def list_export(request: Request, kind: str) -> StreamingHttpResponse:
    viewer = request.user
    made = read_filter(kind, request.GET, viewer, timezone.now())
    made.group = None
    rows, keys = ordered(made, made.rows())
    order = [f"{'-' if key.down else ''}{key.path}" for key in keys]
    paths = [*dict.fromkeys(["id", *needed(made)])]
    lines = _lines(made, rows.order_by(*order).values(*paths), viewer.zone)
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{kind}-{made.names.today.isoformat()}.csv"'
    answer["Cache-Control"] = "no-store"
    return answer


def _lines(made: Filter, rows: QuerySet[Any], zone: ZoneInfo) -> Iterator[str]:
    """Headings are read now, in the viewer's language; rows while they are sent."""
    heads = [_("ID")]
    for column in made.shown:
        heads.append(str(column.label))
        if column.kind == "money":
            heads += [_("Currency"), _("Amount in base currency")]
    choices = {
        column.key: {key: str(label) for key, label in column.choices(made.names)}
        for column in made.shown
        if column.choices
    }
    people, stages = made.names.people, made.names.stages if made.is_deals else {}
    names = {pk: one.name for pk, one in people.items()}, {pk: one.name for pk, one in stages.items()}
    return _stream(made, heads, choices, names, rows, zone)


def _stream(
    made: Filter,
    heads: list[str],
    choices: dict[str, dict[Any, str]],
    names: tuple[dict[int, str], dict[int, str]],
    rows: QuerySet[Any],
    zone: ZoneInfo,
) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow([harmless(head) for head in heads])
    has_tags = any(column.kind == "tags" for column in made.shown)
    walk = rows.iterator(chunk_size=CHUNK)
    while some := list(islice(walk, CHUNK)):
        tags = tags_by_record(made.record, [row["id"] for row in some]) if has_tags else {}
        for row in some:
            row["tags"] = "; ".join(tag.name for tag in tags.get(row["id"], ()))
            cells = [row["id"]]
            for column in made.shown:
                cells += _cells(column, row, choices, names, zone)
            yield writer.writerow([harmless(cell) for cell in cells])


def _cells(
    column: Column,
    row: dict[str, Any],
    choices: dict[str, dict[Any, str]],
    names: tuple[dict[int, str], dict[int, str]],
    zone: ZoneInfo,
) -> list[Any]:
    match column.kind:
        case "money":
            return [row["amount"], row["currency"], row["amount_base"]]
        case "tags":
            return [row["tags"]]
        case "person":
            return [names[0].get(row["owner_id"], "")]
        case "stage":
            return [names[1].get(row["stage_id"], "")]
        case "record":
            return [row[f"{column.key}__name"] or ""]
        case "next":
            return [_moment(row["next_at"], zone) + (" " if row["next_at"] else "") + row["next_subject"]]
        case "response":  # minutes of working time
            return [_plain(row["first_response__waited"], zone)]
    value = row["custom"].get(column.own.key) if column.own else row[column.values[0]]
    if column.key in choices and not isinstance(value, list | bool):
        return [choices[column.key].get(value, value)]
    return [_plain(value, zone)]


def _moment(value: datetime | None, zone: ZoneInfo) -> str:
    return value.astimezone(zone).strftime("%Y-%m-%d %H:%M") if value else ""


def _plain(value: Any, zone: ZoneInfo) -> Any:
    match value:
        case None:
            return ""
        case bool():
            return "1" if value else "0"
        case datetime():
            return _moment(value, zone)
        case date():
            return value.isoformat()
        case Decimal():
            return value
        case list():
            return "; ".join(str(part) for part in value)
    return value
