"""Which demos win, and how good the estimates right after were. Counted where the viewer may see it."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from siklus.analytics.calibration import Calibration, calibration
from siklus.analytics.rates import Rate, ranked
from siklus.cycle.demos.models import Demo, Place, State, worded
from siklus.cycle.demos.queries import demos_for
from siklus.platform.accounts.models import User
from siklus.records.deals.models import Status

ENDED = (Status.WON, Status.LOST, Status.NO_DECISION)  # a disqualified deal says nothing about a demo
LENGTHS = ((0, 31), (31, 61), (61, 121), (121, 10_000))


@dataclass(frozen=True, slots=True)
class Worked:
    """What came of the demos that have one thing in common.

    Attributes
    ----------
    came : held of those that were held or missed
    won : deals won of the deals with such a demo that ended; a deal counts once
    interest : mean interest from 1 to 5, None without one
    """

    name: str
    booked: int
    came: Rate
    won: Rate
    interest: float | None


@dataclass(frozen=True, slots=True)
class _Row:
    deal: int
    status: str
    type_id: int
    type: str
    minutes: int
    place: str
    state: str
    interest: int | None
    materials: tuple[str, ...]


def what_wins(viewer: User) -> list[tuple[str, list[Worked]]]:
    """By type, length, place and material, each with its groups, the best first."""
    rows = _rows(viewer)
    ways: list[tuple[str, Callable[[_Row], Iterable[str]]]] = [
        (_("Type"), lambda row: [row.type]),
        (_("Length"), lambda row: [_length(row.minutes)]),
        (_("Venue"), lambda row: [str(Place(row.place).label)]),
        (_("Material"), lambda row: row.materials or [_("none")]),
    ]
    return [(title, _grouped(rows, key)) for title, key in ways]


def estimates_judged(viewer: User) -> tuple[Calibration, list[tuple[str, Calibration]]]:
    """The estimates of everybody, and of each host by name; only deals that ended count, each with its last estimate."""
    ended = demos_for(viewer).filter(estimate__isnull=False, deal__status__in=ENDED)
    found = ended.order_by("estimated_at", "id").values_list(
        "estimated_by__name", "deal_id", "estimate", "deal__status"
    )
    last: dict[tuple[str, int], tuple[float, bool]] = {}
    for name, deal, percent, status in found:
        last[name or _("Nobody"), deal] = (percent or 0) / 100, status == Status.WON
    of_person: dict[str, list[tuple[float, bool]]] = defaultdict(list)
    for (name, _deal), case in last.items():
        of_person[name].append(case)
    people = [(name, calibration(cases)) for name, cases in sorted(of_person.items())]
    return calibration(last.values()), people


def as_rows(viewer: User) -> list[dict[str, Any]]:
    """`siklus report demos`: every group as a flat row."""
    return [
        {
            "by": title, "group": one.name, "booked": one.booked, "held": one.came.hits, "came_of": one.came.n,
            "won": one.won.hits, "ended": one.won.n, "win_rate": one.won.value if one.won.is_enough else None,
            "low": one.won.interval[0] if one.won.is_enough and one.won.interval else None,
            "high": one.won.interval[1] if one.won.is_enough and one.won.interval else None,
            "interest": one.interest,
        }
        for title, groups in what_wins(viewer) for one in groups
    ]  # fmt: skip


def estimates_as_rows(viewer: User) -> list[dict[str, Any]]:
    """`siklus report demo-estimates`: everybody, then each host."""
    everybody, people = estimates_judged(viewer)
    return [
        {
            "host": name, "n": one.n, "said": one.said, "happened": one.happened.value, "brier": one.brier,
            "naive_brier": one.naive, "skill": one.skill if one.is_enough else None, "enough": one.is_enough,
        }
        for name, one in [("*", everybody), *people]
    ]  # fmt: skip


def _rows(viewer: User) -> list[_Row]:
    found = demos_for(viewer).select_related("type", "deal").order_by("id")
    return [
        _Row(
            one.deal_id, one.deal.status, one.type_id, one.type.name, one.minutes, one.place, one.state,
            one.interest, tuple(_titles(one)),
        )
        for one in found.iterator(chunk_size=2000)
    ]  # fmt: skip


def _titles(demo: Demo) -> list[str]:
    return sorted({row.get("title") or worded(row) for row in demo.materials})


def _length(minutes: int) -> str:
    low, high = next(span for span in LENGTHS if span[0] <= minutes < span[1])
    if not low:
        return _("up to %(count)s minutes") % {"count": high - 1}
    if high > 1000:
        return _("over %(count)s minutes") % {"count": low - 1}
    return _("%(low)s to %(high)s minutes") % {"low": low, "high": high - 1}


def _grouped(rows: list[_Row], key: Callable[[_Row], Iterable[str]]) -> list[Worked]:
    groups: dict[str, list[_Row]] = defaultdict(list)
    for row in rows:
        for name in key(row):
            groups[name].append(row)
    made = [_worked(name, some) for name, some in groups.items()]
    return [one for one, _rate in ranked((one, one.won) for one in made)]


def _worked(name: str, rows: list[_Row]) -> Worked:
    held = [row for row in rows if row.state == State.HELD]
    missed = sum(row.state == State.MISSED for row in rows)
    ended = {row.deal: row.status for row in held if row.status in ENDED}
    won = sum(status == Status.WON for status in ended.values())
    marks = [row.interest for row in held if row.interest is not None]
    mean = sum(marks) / len(marks) if marks else None
    return Worked(name, len(rows), Rate(len(held), len(held) + missed), Rate(won, len(ended)), mean)
