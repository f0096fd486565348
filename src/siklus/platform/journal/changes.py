"""Which records the journal tells something new of: for readers that keep a copy and follow."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q

from siklus.platform.journal.models import Entry, Mention

Range = tuple[int, int]
MOST_RANGES = 50


@dataclass(frozen=True)
class Changes:
    """What was recorded after a place in the journal.

    Attributes
    ----------
    head : the last entry that was looked at
    ids : kind → ids of the records that new entries are about, or that these mention
    names : of the new entries
    missing : ranges of ids below `head` that are not there. A transaction may still be open that has them.
    """

    head: int
    ids: dict[str, set[int]]
    names: set[str]
    missing: list[Range]


def changes_after(head: int, *, missing: Sequence[Range] = (), kinds: Iterable[str]) -> Changes:
    """What is new after entry `head`, and in the ranges that were missing when somebody last looked."""
    new = Q(id__gt=head)
    for first, last in missing[:MOST_RANGES]:
        new |= Q(id__range=(first, last))
    entries = Entry.objects.order_by().filter(new)
    found: dict[str, set[int]] = {}
    for kind in kinds:
        about = entries.filter(about_kind=kind)
        mentioned = Mention.objects.order_by().filter(kind=kind, entry__in=about.values("id"))
        found[kind] = set(about.values_list("about_id", flat=True).distinct())
        found[kind] |= set(mentioned.values_list("object_id", flat=True).distinct())
    names = set(entries.values_list("name", flat=True).distinct())
    last, gaps = head, []
    if connection.vendor == "postgresql":  # there ids are given out before the commit, and not in its order
        ids = list(entries.order_by("id").values_list("id", flat=True))
        last = max([head, *ids[-1:]])
        old, newer = [one for one in ids if one <= head], [one for one in ids if one > head]
        gaps = [gap for one in missing[:MOST_RANGES] for gap in _gaps(*one, old)]
        gaps += _gaps(head + 1, last, newer)
    else:
        last = entries.order_by("-id").values_list("id", flat=True).first() or head
        last = max(head, last)
    return Changes(last, found, names, gaps)


def _gaps(first: int, last: int, present: Iterable[int]) -> list[Range]:
    """The ranges between two ids (both included) of which nothing is present; `present` in order."""
    gaps, at = [], first
    for one in present:
        if first <= one <= last:
            if one > at:
                gaps.append((at, one - 1))
            at = one + 1
    return [*gaps, (at, last)] if at <= last else gaps
