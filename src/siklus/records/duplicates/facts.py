from django.utils.translation import gettext_lazy as _

from siklus.platform.journal.facts import Fact, declare


@declare("duplicates.scanned", about="scan")
class DuplicatesScanned(Fact):
    sentence = _("looked for duplicates")
    icon = "search"
    scan: int
    found: dict[str, int]


@declare("duplicates.told_apart", about="pair")
class DuplicatesToldApart(Fact):
    sentence = _("said that two records that look alike are two")
    icon = "x"
    pair: int
    kind: str
    low: int
    high: int
