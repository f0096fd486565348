"""What must be true of the history, checked over the whole database (`siklus check`)."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import Model, Q

from siklus.records.companies.models import Company
from siklus.records.contacts.models import Contact
from siklus.records.deals import history, spans
from siklus.records.deals.history import tracked
from siklus.records.deals.models import TRACKED, Deal, DealInterval
from siklus.records.deals.spans import Span
from siklus.records.fields.merging import standing


@dataclass
class Result:
    name: str
    looked_at: int = 0
    wrong: int = 0
    first: str = ""

    def fail(self, what: str) -> None:
        self.wrong += 1
        self.first = self.first or what


def check_all() -> list[Result]:
    """Every check, each with how much it looked at and what it found wrong first."""
    tiling = Result("intervals tile each deal's life")
    present = Result("the open interval equals the deal")
    story = Result("replaying the journal gives the intervals")
    ends = Result("closed_at is set exactly on closed deals")
    for deal, life in lives():
        tiling.looked_at += 1
        if faults := spans.problems(life):
            tiling.fail(f"deal {deal.pk}: {faults[0]}")
            continue
        present.looked_at += 1
        now_holds = tracked(deal)
        if different := [key for key in TRACKED if life[-1].values[key] != now_holds[key]]:
            present.fail(f"deal {deal.pk}: {different[0]}")
        story.looked_at += 1
        told = history.told(deal.pk)
        if [(one.start, one.end, dict(one.values)) for one in told] != [
            (one.start, one.end, dict(one.values)) for one in life
        ]:
            story.fail(f"deal {deal.pk}")
    ends.looked_at = present.looked_at
    wrong = Deal.objects.filter(
        Q(status="open", closed_at__isnull=False) | (~Q(status="open") & Q(closed_at=None))
    )
    for pk in wrong.values_list("pk", flat=True):
        ends.fail(f"deal {pk}")
    without = Result("every deal has a history")
    without.looked_at = Deal.objects.count()
    for pk in Deal.objects.filter(intervals=None).values_list("pk", flat=True):
        without.fail(f"deal {pk}")
    return [without, tiling, present, story, ends, merges()]


def merges() -> Result:
    """What was merged away has its trail, and every trail leads from one record to the other."""
    result = Result("every merged record can be taken out again")
    kinds: dict[str, type[Model]] = {"company": Company, "contact": Contact, "deal": Deal}
    for kind, model in kinds.items():
        gone = dict(model._base_manager.filter(merged_into__isnull=False).values_list("pk", "merged_into"))
        trails = dict(standing(kind).values_list("other_id", "kept_id"))
        result.looked_at += len(gone.keys() | trails.keys())
        for pk in sorted(gone.keys() | trails.keys()):
            if gone.get(pk) != trails.get(pk):
                result.fail(f"{kind} {pk}")
    return result


def lives() -> Iterator[tuple[Deal, list[Span]]]:
    """Every deal with its spans, streaming."""
    rows = DealInterval.objects.filter(superseded_at=None).order_by("deal_id", "valid_from", "id")
    stream: Iterator[DealInterval] = rows.select_related("deal").iterator(chunk_size=2000)
    for _deal_id, group in groupby(stream, key=_deal_id_of):
        found = list(group)
        yield found[0].deal, [Span(row.valid_from, row.valid_to, tracked(row), row.pk) for row in found]


def _deal_id_of(row: DealInterval) -> Any:
    return row.deal_id
