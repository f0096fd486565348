"""Answers: a report for its window, split by a slice, beside another window; kept while nothing happened."""

import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from siklus.insight.mirror.read import Mirror, current_mirror
from siklus.insight.reports.asking import Asked, BadQuestion, Days
from siklus.insight.reports.declare import Answer, Cell, Kind, Row, Table, beside
from siklus.insight.reports.ground import Ground
from siklus.insight.reports.past import Past, Scope
from siklus.insight.reports.slices import MOST, slices
from siklus.platform.accounts.models import User
from siklus.platform.i18n.formats import day as day_of
from siklus.platform.installation.current import current
from siklus.platform.journal.queries import head

FRESH_FOR = 10.0  # seconds for which an answer may be shown although something happened since
KEPT = 64
SPLIT = "by"
FIGURES = "figures"


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer with what it was asked, and the watermark: what had been recorded by when.

    Attributes
    ----------
    entry : the last entry of the journal that is in it
    made_at : when it was worked out
    is_whole : it counts every deal there is, not only those of some owners
    """

    asked: Asked
    answer: Answer
    entry: int
    made_at: datetime
    is_whole: bool


_answers: OrderedDict[tuple[Any, ...], tuple[Answered, float]] = OrderedDict()
_lock = Lock()


def answered(asked: Asked, viewer: User, *, now: datetime) -> Answered:
    """The answer, from memory while nothing happened since or when it is a few seconds old.

    Raises BadQuestion for a moment before the first fact, MirrorBusy while the mirror is made for the first time.
    """
    moment = asked.as_of if dict(asked.given).get("as_of") else now.date()
    key = (asked.report.name, asked.given, moment, Scope.of(viewer), viewer.pk, get_language())
    last, at = head(), time.monotonic()
    with _lock:
        kept = _answers.get(key)
    if kept is not None and (kept[0].entry == last or at - kept[1] < FRESH_FOR):
        return kept[0]
    found = compute(asked, viewer, now=now)
    with _lock:
        _answers[key] = found, at
        _answers.move_to_end(key)
        while len(_answers) > KEPT:
            _answers.popitem(last=False)
    return found


def forget() -> None:
    """Throw away what is kept."""
    with _lock:
        _answers.clear()


def compute(asked: Asked, viewer: User, *, now: datetime) -> Answered:
    """Work an answer out from the mirror. Raises BadQuestion and MirrorBusy."""
    mirror, scope = current_mirror(), Scope.of(viewer)
    ground = _ground(asked, Past(mirror, scope, asked.as_of, asked.known_at), viewer, asked.days)
    if asked.report.has_moment and "as_of" in dict(asked.given):
        _refuse_before_the_first(ground)
    answer = _split(asked, ground)
    if asked.against is not None:
        answer = _beside_earlier(asked, answer, ground.past.first, _earlier(asked, mirror, scope, viewer))
    return Answered(asked, answer, mirror.head, now, scope.is_whole)


def _refuse_before_the_first(ground: Ground) -> None:
    first = ground.past.first
    if first is not None and first > ground.as_of:
        raise BadQuestion(
            "as_of",
            _("Nothing is known of this moment: the first deal begins on %(day)s.") % {"day": day_of(first)},
        )


def _beside_earlier(asked: Asked, answer: Answer, first: datetime | None, earlier: Ground) -> Answer:
    """Beside the other window, unless nothing is known of it; where it is known in part, that is said."""
    begin, until = earlier.window
    if first is None or first >= until:
        note = _("Nothing is compared: there is no deal yet in the window to compare with.")
        return replace(answer, notes=[*answer.notes, note])
    found = beside(answer, _split(asked, earlier))
    if first <= begin:
        return found
    note = _("The window to compare with is known in part only: the first deal begins on %(day)s.")
    return replace(found, notes=[*found.notes, note % {"day": day_of(first)}])


def _ground(
    asked: Asked, past: Past, viewer: User, days: Days, window: tuple[datetime, datetime] | None = None
) -> Ground:
    known, narrowed = slices() if asked.narrowed else {}, dict(asked.narrowed)
    return Ground(
        past, viewer, window or asked.window(days), days, dict(asked.options),
        tuple(known[key].holds(past, value) for key, value in narrowed.items()),
        *(int(narrowed[key]) if narrowed.get(key, "").isdigit() else None for key in ("pipeline", "owner")),
    )  # fmt: skip


def _earlier(asked: Asked, mirror: Mirror, scope: Scope, viewer: User) -> Ground:
    """The other window as it was seen at its own end; of a window that goes on only as much as has passed of this one."""
    assert asked.against is not None
    begin, end = asked.window(asked.days)
    first, _last = asked.window(asked.against)
    passed = min(end, asked.as_of) - begin
    until = first + passed
    # the last moment of the window itself, as `as_of` is for a window that is over
    seen = min(asked.as_of, until - timedelta(microseconds=1))
    past = Past(Mirror(mirror.state), scope, seen, asked.known_at)
    return _ground(asked, past, viewer, asked.against, (first, until))


def _split(asked: Asked, ground: Ground) -> Answer:
    """The answer, with the headline of every part of a split as a table of its own."""
    report = asked.report
    answer = report.answer(ground)
    if not asked.by:
        return answer
    one = slices()[asked.by]
    names = one.known(ground.viewer)
    values = one.values(ground.past, ground.deals)
    rows = []
    for value in values[:MOST]:
        part = report.answer(ground.narrower(one.holds(ground.past, value)))
        rows.append(Row(value, one.name(names, value), part.figures))
    left = len(values) - MOST
    note = _("%(count)s more are not shown.") % {"count": left} if left > 0 else ""
    columns = [column for column in report.figures if column.kind is not Kind.TEXT]
    table = Table(
        SPLIT, _("By %(what)s") % {"what": str(one.label).lower()}, str(one.label), columns, rows, note
    )
    return replace(answer, tables=[table, *answer.tables])


def cell_at(found: Answered, table: str, row: str, column: str) -> tuple[str, Cell] | None:
    """One number by where it stands, and what it is called."""
    report = found.asked.report
    if table == FIGURES:
        known = {one.key: one for one in report.figures}
        if row in known and row in found.answer.figures:
            return _(str(known[row].label)), found.answer.figures[row]
        return None
    shown = found.answer.table(table)
    if shown is None:
        return None
    columns = {one.key: one for one in shown.columns}
    for one in shown.rows:
        if one.key == row and column in columns and column in one.cells:
            return f"{one.label}: {_(str(columns[column].label))}", one.cells[column]
    return None


def currency() -> str:
    return current().currency


def window_said(asked: Asked) -> Mapping[str, str]:
    """The days of the window, and of the one it is held against, as ISO days."""
    found = {"from": asked.days[0].isoformat(), "to": asked.days[1].isoformat()}
    if asked.against is not None:
        found |= {"against_from": asked.against[0].isoformat(), "against_to": asked.against[1].isoformat()}
    return found
