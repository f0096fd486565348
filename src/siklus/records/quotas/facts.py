from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from siklus.platform.journal.facts import Fact, declare

# `whose` is the name of the person, the team or the company at that time.


@declare("quota.set", about="quota")
class QuotaSet(Fact):
    sentence = _("set the quota of %(whose)s")
    icon = "flag"
    quota: int
    whose: str
    measure: str
    amount: Decimal
    per: str
    from_date: date
    until_date: date | None = None
    ramp: tuple[int, ...] = ()


@declare("quota.ended", about="quota")
class QuotaEnded(Fact):
    sentence = _("ended the quota of %(whose)s")
    icon = "flag"
    quota: int
    whose: str
    measure: str
    until_date: date


@declare("quota.split", about="quota")
class QuotaSplit(Fact):
    """`into` holds the quotas that the people got; `shares` their per cents, in the same order."""

    sentence = _("split the quota of %(whose)s over its people")
    icon = "flag"
    quota: int
    whose: str
    into: tuple[int, ...]
    shares: tuple[Decimal, ...]
