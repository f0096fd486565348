from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from siklus.analytics.quotas import split
from siklus.platform.accounts.models import Team, User
from siklus.platform.installation.current import current
from siklus.platform.journal.record import record
from siklus.platform.money.rates import places, rounded
from siklus.records.fields.record import Refused
from siklus.records.quotas.facts import QuotaEnded, QuotaSet, QuotaSplit
from siklus.records.quotas.models import Measure, Per, Quota

LONGEST_RAMP = 24  # months


class CannotSetQuota(Refused):
    """The quota cannot be as asked."""


@transaction.atomic
def set_quota(
    *,
    amount: Decimal,
    from_date: date,
    by: User | None,
    at: datetime,
    user: User | None = None,
    team: Team | None = None,
    measure: str = Measure.WON,
    per: str = Per.MONTH,
    until_date: date | None = None,
    ramp: Sequence[int] = (),
) -> Quota:
    """Ask a person, a team, or (with neither) the company for an amount per month, quarter or year, from a day on.

    It holds until `until_date`, else until the next one that is set already, else for good. What it covers of earlier
    rows is replaced, what stands before and after stays. `ramp`: per cents for the first months from that day.
    """
    _check(user, team, measure, per, amount, from_date, until_date, ramp)
    amount = rounded(amount, current().currency) if measure != Measure.DEALS else amount
    rows = list(
        Quota.objects.select_for_update(of=("self",)).filter(
            user=user, team=team, measure=measure, replaced_at=None
        )
    )
    if until_date is None:
        until_date = min((row.from_date for row in rows if row.from_date > from_date), default=None)
    for row in rows:
        if _overlap(row, from_date, until_date):
            _cut(row, from_date, until_date, at)
    quota = Quota.objects.create(
        user=user, team=team, measure=measure, per=per, amount=amount, from_date=from_date, until_date=until_date,
        ramp=list(ramp), ramp_from=from_date if ramp else None, set_at=at, set_by=by,
    )  # fmt: skip
    fact = QuotaSet(
        quota=quota.pk, whose=_whose(user, team), measure=measure, amount=amount, per=per, from_date=from_date,
        until_date=until_date, ramp=tuple(ramp),
    )  # fmt: skip
    record(fact, by=by, at=at)
    return quota


@transaction.atomic
def end_quota(*, quota: Quota, until_date: date, by: User | None, at: datetime) -> Quota | None:
    """Ask for nothing more from a day on. What was asked for before that day stays; None when nothing is left of it."""
    quota = Quota.objects.select_for_update(of=("self",)).select_related("user", "team").get(pk=quota.pk)
    if quota.replaced_at is not None:
        raise CannotSetQuota(_("This quota was replaced meanwhile. Look at the one that holds now."))
    if quota.until_date is not None and until_date >= quota.until_date:
        raise CannotSetQuota(_("It ends before that day already."), field="until_date")
    left = _cut(quota, until_date, quota.until_date, at)
    record(
        QuotaEnded(
            quota=quota.pk, whose=_whose(quota.user, quota.team), measure=quota.measure,
            until_date=max(until_date, quota.from_date),
        ),
        by=by,
        at=at,
    )  # fmt: skip
    return left


@transaction.atomic
def split_quota(*, quota: Quota, shares: Mapping[int, Decimal], by: User | None, at: datetime) -> list[Quota]:
    """Give the people of a team their shares of its quota, in per cent that come to 100, exact to the last unit."""
    quota = Quota.objects.select_for_update(of=("self",)).select_related("team").get(pk=quota.pk)
    if quota.team is None:
        raise CannotSetQuota(_("Only the quota of a team can be split."))
    people = list(
        User.objects.filter(pk__in=shares, team__path__startswith=quota.team.path, is_active=True).order_by(
            "pk"
        )
    )
    if len(people) != len(shares):
        raise CannotSetQuota(_("Somebody in the split is not in this team."), field="shares")
    digits = 0 if quota.measure == Measure.DEALS else places(current().currency)
    try:
        amounts = split(quota.amount, [shares[one.pk] for one in people], digits=digits)
    except ValueError:
        raise CannotSetQuota(
            _("The shares come to %(sum)s %%, not to 100 %%.") % {"sum": sum(shares.values())}, field="shares"
        ) from None
    made = [
        set_quota(
            user=one, measure=quota.measure, per=quota.per, amount=amount, from_date=quota.from_date,
            until_date=quota.until_date, by=by, at=at,
        )
        for one, amount in zip(people, amounts, strict=True)
    ]  # fmt: skip
    fact = QuotaSplit(
        quota=quota.pk, whose=quota.team.name, into=tuple(one.pk for one in made),
        shares=tuple(shares[one.pk] for one in people),
    )  # fmt: skip
    record(fact, by=by, at=at)
    return made


def _overlap(row: Quota, first: date, until: date | None) -> bool:
    return (until is None or row.from_date < until) and (row.until_date is None or row.until_date > first)


def _cut(row: Quota, first: date, until: date | None, at: datetime) -> Quota | None:
    """Replace a row by what is left of it before and after a span. Answers the part before."""
    row.replaced_at = at
    row.save(update_fields=["replaced_at"])
    before = None
    if row.from_date < first:
        before = _copy(row, row.from_date, first, at)
    if until is not None and (row.until_date is None or row.until_date > until):
        _copy(row, until, row.until_date, at)
    return before


def _copy(row: Quota, first: date, until: date | None, at: datetime) -> Quota:
    return Quota.objects.create(
        user=row.user, team=row.team, measure=row.measure, per=row.per, amount=row.amount, from_date=first,
        until_date=until, ramp=row.ramp, ramp_from=row.ramp_from, set_at=at, set_by_id=row.set_by_id,
    )  # fmt: skip


def _whose(user: User | None, team: Team | None) -> str:
    return user.name if user else team.name if team else current().name


def _check(
    user: User | None, team: Team | None, measure: str, per: str, amount: Decimal, first: date,
    until: date | None, ramp: Sequence[int],
) -> None:  # fmt: skip
    if user is not None and team is not None:
        raise CannotSetQuota(_("A quota is for one person or one team."), field="user")
    if user is not None and not user.is_active:
        raise CannotSetQuota(_("%(name)s does not work here any more.") % {"name": user.name}, field="user")
    if measure not in Measure.values:
        raise CannotSetQuota(_("“%(name)s” is no measure.") % {"name": measure}, field="measure")
    if per not in Per.values:
        raise CannotSetQuota(_("A quota is per month, quarter or year."), field="per")
    if amount < 0:
        raise CannotSetQuota(_("A quota is not negative."), field="amount")
    if until is not None and until <= first:
        raise CannotSetQuota(_("It ends after it begins."), field="until_date")
    if len(ramp) > LONGEST_RAMP or any(not 0 <= percent <= 200 for percent in ramp):
        raise CannotSetQuota(
            _("A ramp has at most %(count)s months of 0 to 200 per cent.") % {"count": LONGEST_RAMP},
            field="ramp",
        )
