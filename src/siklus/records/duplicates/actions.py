from collections.abc import Iterable
from datetime import datetime
from heapq import nlargest

from django.db import transaction
from django.utils.translation import gettext as _

from siklus.platform.accounts.models import User
from siklus.platform.journal.record import record
from siklus.platform.tables.write import insert, reserve
from siklus.records.duplicates.facts import DuplicatesScanned, DuplicatesToldApart
from siklus.records.duplicates.models import Candidate, ToldApart
from siklus.records.duplicates.scan import RULES, pairs
from siklus.records.fields.record import Refused

MOST = 100_000  # pairs of a kind that are kept: more than anybody looks through
COLUMNS = ("id", "kind", "low_id", "high_id", "score", "reasons")


def scan_duplicates(*, by: User | None, at: datetime, kinds: Iterable[str] = tuple(RULES)) -> dict[str, int]:
    """Look through all records for pairs that may be one; what was found before is replaced. Counts by kind.

    The search reads outside the transaction, so that nobody who writes has to wait for it.
    """
    found: dict[str, int] = {}
    for kind in kinds:
        if kind not in RULES:
            raise Refused(_("“%(kind)s” is not a kind of record that has duplicates.") % {"kind": kind})
        apart = set(ToldApart.objects.filter(kind=kind).values_list("low_id", "high_id"))
        rows = (
            (score, *pair, reasons) for pair, (score, reasons) in pairs(kind).items() if pair not in apart
        )
        best = nlargest(MOST, rows, key=lambda row: (row[0], -row[1], -row[2]))
        with transaction.atomic():
            Candidate.objects.filter(kind=kind).delete()
            ids = reserve(Candidate, len(best))
            cells = [
                (pk, kind, low, high, min(score, 32_000), reasons)
                for pk, (score, low, high, reasons) in zip(ids, best, strict=True)
            ]
            insert(Candidate, COLUMNS, cells)
        found[kind] = len(best)
    with transaction.atomic():
        record(DuplicatesScanned(scan=1, found=found), by=by, at=at)
    return found


@transaction.atomic
def tell_apart(*, kind: str, one_id: int, two_id: int, by: User | None, at: datetime) -> ToldApart:
    """These two are two: no scan offers them again."""
    if kind not in RULES or one_id == two_id:
        raise Refused(_("Choose two different records of one kind."))
    low, high = sorted((one_id, two_id))
    row, created = ToldApart.objects.get_or_create(
        kind=kind, low_id=low, high_id=high, defaults={"by": by, "at": at}
    )
    Candidate.objects.filter(kind=kind, low_id=low, high_id=high).delete()
    if created:
        fact = DuplicatesToldApart(pair=row.pk, kind=kind, low=low, high=high)
        record(fact, by=by, at=at, mentions={kind: [low, high]})
    return row
