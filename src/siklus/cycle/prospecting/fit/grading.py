"""Grades for whole tables, chunk by chunk: read the values, judge, and write what became different.

Every chunk is a transaction that first takes the lock of all profiles, so that no grade is written by a profile that
somebody has changed meanwhile, and no two writers meet. A run that is killed and started again does the rest.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import F

from siklus.cycle.prospecting.fit.attributes import Attribute, attributes
from siklus.cycle.prospecting.fit.scoring import NOT_ASKED, Criterion, Cutoffs, grade_of, test_of
from siklus.cycle.prospecting.models import (
    Because,
    CompanyFit,
    GradeChange,
    LeadFit,
    Profile,
    ProfileVersion,
)
from siklus.platform.tables.bulk import Collector, heavy_writing
from siklus.platform.tables.write import insert, reserve
from siklus.records.companies.models import Company
from siklus.records.deals.models import Deal, Status

CHUNK = 10_000
REMEMBERED = 200_000
FIT: dict[str, Any] = {"company": CompanyFit, "deal": LeadFit}
Judged = tuple[int, str, int, str]  # version, grade, share, marks


class Asking:
    """One version of a profile, ready to judge. `version` may be one that is not stored yet."""

    def __init__(self, version: ProfileVersion, known: dict[str, Attribute]) -> None:
        self.version = version
        self.criteria = [Criterion.read(one) for one in version.criteria]
        self.cutoffs = Cutoffs(version.from_a, version.from_b, version.from_c)
        self.attributes = [known.get(one.attribute) for one in self.criteria]
        self.tests = [
            test_of(criterion, attribute.kind) if attribute else None
            for criterion, attribute in zip(self.criteria, self.attributes, strict=True)
        ]


class Judge:
    """Judges rows of one kind (company or deal) by several versions; equal values are judged once."""

    def __init__(self, kind: str, versions: Sequence[ProfileVersion], known: dict[str, Attribute]) -> None:
        self.kind = kind
        self.asking = [Asking(one, known) for one in versions]
        paths: dict[str, int] = {}
        self._plans: list[tuple[Asking, list[tuple[int, str, Any] | None]]] = []
        for asking in self.asking:
            plan: list[tuple[int, str, Any] | None] = []
            for attribute, test in zip(asking.attributes, asking.tests, strict=True):
                path = _path(kind, attribute)
                if path is None or attribute is None:
                    plan.append(None)
                else:
                    plan.append((paths.setdefault(path, len(paths)), attribute.own, test))
            self._plans.append((asking, plan))
        self.paths = list(paths)
        self._has_own = any(path.endswith("custom") for path in paths)
        self._known: dict[Any, Judged | None] = {}

    def judge(self, values: Sequence[Any]) -> Judged | None:
        """The judgement of the profile that fits best, for values in the order of `paths`."""
        if self._has_own:
            return self._judge(values)
        key = tuple(values)
        if key in self._known:
            return self._known[key]
        if len(self._known) > REMEMBERED:
            self._known.clear()
        found = self._known[key] = self._judge(values)
        return found

    def _judge(self, values: Sequence[Any]) -> Judged | None:
        best: Judged | None = None
        for asking, plan in self._plans:
            marks = "".join([NOT_ASKED if one is None else _mark(values, one) for one in plan])
            graded = grade_of(asking.criteria, marks, asking.cutoffs)
            if graded is None:
                continue
            grade, share = graded
            if best is None or (grade, -share) < (best[1], -best[2]):
                best = (asking.version.pk or 0, grade, share, marks)
        return best


def _mark(values: Sequence[Any], one: tuple[int, str, Any]) -> str:
    place, own, test = one
    value = values[place]
    if own:
        value = value.get(own) if value else None
    return str(test(value))


def _path(kind: str, attribute: Attribute | None) -> str | None:
    if attribute is None or (kind == "company" and attribute.side == "lead"):
        return None
    return f"company__{attribute.path}" if kind == "deal" and attribute.side == "company" else attribute.path


def graded_records(kind: str) -> Any:
    """The records of a kind that have a grade: companies, and open leads and deals."""
    if kind == "company":
        return Company.objects.filter(merged_into=None)
    return Deal.objects.filter(merged_into=None, status=Status.OPEN)


def active_versions() -> list[ProfileVersion]:
    """What holds now of each active profile."""
    rows = ProfileVersion.objects.filter(
        number=F("profile__version"), profile__is_active=True, profile__retired_at=None
    )
    return list(rows.select_related("profile").order_by("profile_id"))


@dataclass
class Counts:
    """What a run did."""

    seen: int = 0
    written: int = 0
    changed: list[tuple[int, str, str]] = field(default_factory=list)  # record, grade before, grade now


def regrade(
    kind: str, *, at: datetime, because: str, ids: Sequence[int] | None = None, size: int = CHUNK
) -> Counts:
    """Judge all records of a kind anew, or those named, and write what is different. Several transactions."""
    counts = Counts()
    judge: Judge | None = None
    if ids is not None:
        numbers = iter(sorted(set(ids)))
        while some := list(islice(numbers, 500)):
            with transaction.atomic():
                judge = _locked_judge(kind)
                rows = _read(judge, graded_records(kind).filter(pk__in=some).order_by("pk"))
                _write(judge, rows, counts, at=at, because=because)
        return counts
    with heavy_writing(), Collector() as collector:
        last, more = 0, True
        while more:
            with transaction.atomic():
                judge = _locked_judge(kind, judge)
                rows = _read(judge, graded_records(kind).filter(pk__gt=last).order_by("pk")[:size])
                _write(judge, rows, counts, at=at, because=because)
                more = len(rows) == size
                last = rows[-1][0] if rows else last
            collector.breathe()
    return counts


def _locked_judge(kind: str, judge: Judge | None = None) -> Judge:
    """The judge of what holds now; one at hand is kept while nothing changed."""
    list(Profile.objects.select_for_update().order_by("pk").values_list("pk", flat=True))
    versions = active_versions()
    if judge is not None and [one.version.pk for one in judge.asking] == [one.pk for one in versions]:
        return judge
    return Judge(kind, versions, attributes(with_retired=True))


OLD = ("fit__version_id", "fit__grade", "fit__share", "fit__marks", "fit__since")


def _read(judge: Judge, records: Any) -> list[tuple[Any, ...]]:
    return list(records.values_list("pk", *OLD, *judge.paths))


def _write(judge: Judge, rows: list[tuple[Any, ...]], counts: Counts, *, at: datetime, because: str) -> None:
    kind = judge.kind
    model, column = FIT[kind], f"{kind}_id"
    fresh: list[tuple[Any, ...]] = []
    stale: list[int] = []
    past: list[tuple[Any, ...]] = []
    for row in rows:
        found = judge.judge(row[6:])
        old = row[1:5]
        if found == old or (found is None and old[0] is None):
            continue
        pk, since = row[0], row[5]
        grade = found[1] if found else ""
        if old[0] is not None:
            stale.append(pk)
            if grade != old[1]:
                past.append((pk, old[0], old[3], old[2], old[1], grade, since, at, because))
        if (old[1] or "") != grade:
            since = at
            if len(counts.changed) < 1000:
                counts.changed.append((pk, old[1] or "", grade))
        if found is not None:
            fresh.append((pk, *found, since))
    counts.seen += len(rows)
    counts.written += max(len(fresh), len(stale))
    for some in _pieces(stale):
        rows_of = model.objects.filter(**{f"{column}__in": some})
        rows_of._raw_delete(rows_of.db)
    places = reserve(model, len(fresh))
    insert(
        model,
        ("id", column, "version_id", "grade", "share", "marks", "since"),
        [(place, *one) for place, one in zip(places, fresh, strict=True)],
    )
    places = reserve(GradeChange, len(past))
    names = ("id", column, "version_id", "marks", "share", "grade", "became", "since", "at", "because")
    insert(GradeChange, names, [(place, *one) for place, one in zip(places, past, strict=True)])


def _pieces(ids: list[int], size: int = 5000) -> Iterator[list[int]]:
    for start in range(0, len(ids), size):
        yield ids[start : start + size]


def regrade_all(*, at: datetime, because: str = Because.PROFILE) -> dict[str, Counts]:
    """Companies, then leads and deals."""
    return {kind: regrade(kind, at=at, because=because) for kind in ("company", "deal")}


def distribution(kind: str, version: ProfileVersion, *, most: int) -> tuple[dict[str, int], int]:
    """How the newest records would be graded by one version, which need not be stored: (count by grade, of how many)."""
    judge = Judge(kind, [version], attributes())
    counts = dict.fromkeys("ABCD", 0)
    seen = 0
    for row in graded_records(kind).order_by("-pk").values_list("pk", *judge.paths)[:most]:
        seen += 1
        if (found := judge.judge(row[1:])) is not None:
            counts[found[1]] += 1
    return counts, seen


def judged(kind: str, record_id: int, versions: Sequence[ProfileVersion]) -> Judged | None:
    """One record by these versions as it is now, without writing anything."""
    judge = Judge(kind, versions, attributes(with_retired=True))
    model: Any = Company if kind == "company" else Deal
    row = model.objects.filter(pk=record_id).values_list("pk", *judge.paths).first()
    return judge.judge(row[1:]) if row and judge.asking else None
