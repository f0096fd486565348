"""Whose a deal is, and what happened to it after it was won."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from siklus.platform.accounts.models import Role, User
from siklus.platform.journal.record import record
from siklus.records.deals.models import Deal, Status
from siklus.team.incentives.actions.shared import local_day, only_operations
from siklus.team.incentives.facts import CreditShared, PayEventNoted
from siklus.team.incentives.models import CreditRole, CreditShare, PayEvent, PayEventKind
from siklus.team.incentives.refused import CannotPay


class Share(NamedTuple):
    user: User
    percent: Decimal
    role: str = CreditRole.REVENUE


@transaction.atomic
def share_credit(*, deal: Deal, shares: Sequence[Share], by: User | None, at: datetime) -> list[CreditShare]:
    """Say whose a deal is: shares of it that come to 100, and others on top. None: its owner's alone again."""
    if by is not None and not (by.can_run_operations or by.role == Role.MANAGER):
        raise PermissionDenied
    deal = Deal.objects.select_for_update(of=("self",)).get(pk=deal.pk)
    seen = set()
    for place, one in enumerate(shares, start=1):
        if one.role not in CreditRole.values:
            raise CannotPay(
                _("Row %(row)s: a share is of the deal, or on top.") % {"row": place}, field="shares"
            )
        if not 0 < one.percent <= 100 or one.percent != one.percent.quantize(Decimal("0.0001")):
            text = _("Row %(row)s: write a share above 0 and up to 100, with at most four decimals.")
            raise CannotPay(text % {"row": place}, field="shares")
        if (one.user.pk, one.role) in seen:
            text = _("Row %(row)s: %(name)s is there twice; add the shares up.")
            raise CannotPay(text % {"row": place, "name": one.user.name}, field="shares")
        seen.add((one.user.pk, one.role))
    whole = sum((one.percent for one in shares if one.role == CreditRole.REVENUE), Decimal(0))
    if shares and whole != 100:
        text = _("The shares of the deal come to %(sum)s %%, not to 100 %%. Change one of them.")
        raise CannotPay(text % {"sum": f"{whole.normalize():f}"}, field="shares")
    CreditShare.objects.filter(deal=deal, replaced_at=None).update(replaced_at=at)
    made = [
        CreditShare.objects.create(deal=deal, user=one.user, percent=one.percent, role=one.role, at=at)
        for one in shares
    ]
    said = ", ".join(f"{one.user.name} {one.percent.normalize():f} %" for one in shares) or _(
        "its owner alone"
    )
    fact = CreditShared(
        deal=deal.pk, said=said, users=tuple(one.user.pk for one in shares),
        percents=tuple(one.percent for one in shares),
    )  # fmt: skip
    record(fact, by=by, at=at)
    return made


@transaction.atomic
def note_pay_event(
    *, deal: Deal, kind: str, day: date, key: str, by: User | None, at: datetime,
    amount: Decimal = Decimal(0), term_months: int | None = None, note: str = "",
) -> PayEvent:  # fmt: skip
    """Note a payment, a refund or a cancellation of a won deal. `key` is the sender's own: the same one counts once."""
    only_operations(by)
    deal = Deal.objects.select_for_update(of=("self",)).get(pk=deal.pk)
    if deal.status != Status.WON or deal.closed_at is None:
        raise CannotPay(
            _("%(name)s is not won; only won deals are paid, refunded or cancelled.") % {"name": deal.name}
        )
    if kind not in PayEventKind.values:
        raise CannotPay(_("Choose a payment, a refund or a cancellation."), field="kind")
    key = key.strip()
    if not key:
        raise CannotPay(
            _("Give it a number, such as that of the invoice, so that it counts once."), field="key"
        )
    if len(key) > 120:
        raise CannotPay(_("The number has at most 120 characters."), field="key")
    if kind != PayEventKind.CANCELLATION and amount <= 0:
        raise CannotPay(_("Write the amount, above 0."), field="amount")
    if amount.scaleb(3) != int(amount.scaleb(3)) or amount >= Decimal(10) ** 12:
        raise CannotPay(_("This amount is too large, or too fine."), field="amount")
    if day < local_day(deal.closed_at):
        raise CannotPay(_("It cannot be before the deal was won."), field="day")
    if term_months is not None and not 1 <= term_months <= 1200:
        raise CannotPay(_("A term has 1 to 1,200 months."), field="term_months")
    try:
        with transaction.atomic():
            made = PayEvent.objects.create(
                deal=deal, kind=kind, day=day, amount=amount, term_months=term_months, key=key,
                note=note.strip()[:250], at=at,
            )  # fmt: skip
    except IntegrityError:
        raise CannotPay(
            _("“%(key)s” was noted before; each event counts once.") % {"key": key}, field="key"
        ) from None
    said = f"{PayEventKind(kind).label}, {key}"
    record(PayEventNoted(deal=deal.pk, said=said, kind=kind, day=day, key=key), by=by, at=at)
    return made
