"""The columns of a board: their totals over the whole filter, and their first cards."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import F

from siklus.cycle.objections.queries import open_counts
from siklus.cycle.outreach.first_response.queries import due_of
from siklus.desk.filters.columns import own_value
from siklus.desk.filters.pages import Key, cursor_of, ordered
from siklus.desk.filters.read import Filter
from siklus.desk.filters.totals import Totals, sums_of, totals_from
from siklus.desk.lists.rows import add_marks, short_day
from siklus.desk.response.words import answer_words
from siklus.records.deals.models import Deal, Pipeline, Stage
from siklus.records.tags.actions import tags_by_record

CARDS = 20
NOTHING = Totals(0)
PATHS = (
    "id", "name", "version", "status", "stage_id", "company__name", "contact__name", "amount", "currency",
    "owner_id",
    "next_at", "next_kind", "next_subject", "stage_entered_at", "last_touch_at",
    "expected_close_date",
)  # fmt: skip


@dataclass(slots=True)
class Column:
    stage: Stage
    totals: Totals
    cards: list[dict[str, Any]]
    more: str = ""


def pipeline_of(made: Filter) -> Pipeline | None:
    """The pipeline that the board shows: the one asked for, else the first."""
    asked = made.has("pipeline")
    known = {str(one.pk): one for one in made.names.pipelines}
    if asked and not asked.is_not and asked.values[0] in known:
        return known[asked.values[0]]
    return next(iter(known.values()), None)


def stages_shown(made: Filter, pipeline: Pipeline) -> list[Stage]:
    return [
        one for one in made.names.stages.values() if one.pipeline_id == pipeline.pk and one.retired_at is None
    ]


def totals_by_stage(made: Filter, pipeline: Pipeline) -> dict[int, Totals]:
    """Count, sum and weighted sum of every column in one statement."""
    rows = made.rows().filter(pipeline_id=pipeline.pk)
    return {row["stage_id"]: totals_from(row) for row in sums_of(rows, "stage_id")}


def columns_of(made: Filter, pipeline: Pipeline) -> list[Column]:
    sums = totals_by_stage(made, pipeline)
    columns = {one.pk: Column(one, sums.get(one.pk, NOTHING), []) for one in stages_shown(made, pipeline)}
    keys = ordered(made, made.rows())[1]
    for row in _first_cards(made, [pk for pk, one in columns.items() if one.totals.count]):
        columns[row["stage_id"]].cards.append(row)
    for column in columns.values():
        column.cards = in_order(column.cards, keys)
        if len(column.cards) > CARDS:
            column.cards = column.cards[:CARDS]
            column.more = cursor_of(column.cards[-1], keys)
    dress(made, [card for column in columns.values() for card in column.cards])
    return list(columns.values())


def _first_cards(made: Filter, stages: list[int]) -> list[dict[str, Any]]:
    """The first cards of every column: each column walks its own index and stops, then all cards are read at once."""
    if not stages:
        return []
    rows, keys = ordered(made, made.rows())
    order = [_order(key) for key in keys]
    paths = list(dict.fromkeys([*PATHS, *(key.path for key in keys)]))
    own = made.columns[made.sort.removeprefix("-")].own if "sort_own" in paths else None
    extra = {"sort_own": own_value(own.key, own.kind in {"number", "money"})} if own else {}
    parts = [
        Deal.objects.filter(pk__in=rows.filter(stage_id=stage).order_by(*order).values("pk")[: CARDS + 1])
        .order_by()
        .values_list("pk", flat=True)
        for stage in stages
    ]
    chosen = list(parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0])
    return list(Deal.objects.annotate(**extra).filter(pk__in=chosen).values(*paths))


def _order(key: Key) -> Any:
    if not key.nullable:
        return f"{'-' if key.down else ''}{key.path}"
    return F(key.path).desc(nulls_last=True) if key.down else F(key.path).asc(nulls_last=True)


def in_order(rows: list[dict[str, Any]], keys: Iterable[Key]) -> list[dict[str, Any]]:
    """The same order as the database's: unknown values last."""
    for key in reversed(list(keys)):
        known = [row for row in rows if row[key.path] is not None]
        unknown = [row for row in rows if row[key.path] is None]
        known.sort(key=lambda row: row[key.path], reverse=key.down)
        rows = known + unknown
    return rows


def dress(made: Filter, cards: list[dict[str, Any]]) -> None:
    tags = tags_by_record("deal", [card["id"] for card in cards]) if cards else {}
    objections = open_counts([card["id"] for card in cards]) if cards else {}
    waiting = due_of([card["id"] for card in cards]) if cards and made.kind == "leads" else {}
    for card in cards:
        add_marks(card, made.names)
        if card["id"] in waiting and card["next_state"] == "none":
            card["next_state"], card["next_text"] = answer_words(waiting[card["id"]], made.names.now)
        card["objections"] = objections.get(card["id"], 0)
        card["close"] = short_day(card["expected_close_date"], made.names.today)
        owner = made.names.people.get(card["owner_id"])
        card["owner_name"] = owner.name if owner else ""
        card["tags"] = [(tag.name, tag.colour) for tag in tags.get(card["id"], ())]


def card_of(made: Filter, deal_id: int) -> dict[str, Any] | None:
    """One card, when the deal still belongs on this board."""
    row = made.rows().filter(pk=deal_id).values(*PATHS).first()
    if row is not None:
        dress(made, [row])
    return row
