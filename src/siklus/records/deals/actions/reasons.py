"""Why deals end without a sale: the reasons that people choose from."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from siklus.platform.accounts.models import User
from siklus.platform.journal.record import record
from siklus.records.deals.actions.pipeline import CannotChangePipeline
from siklus.records.deals.facts import LostReasonAdded, LostReasonRestored, LostReasonRetired
from siklus.records.deals.models import LostReason, Status


@transaction.atomic
def add_lost_reason(*, name: str, by: User | None, at: datetime, status: str = Status.LOST) -> LostReason:
    """Add a reason why deals end without a sale."""
    name = " ".join(name.split())
    if not name:
        raise CannotChangePipeline(_("A reason needs a name."), field="name")
    if there := LostReason.objects.filter(name__iexact=name).first():
        text = (
            _("The reason %(name)s exists already.")
            if there.is_active
            else _("The reason %(name)s is retired. Bring it back instead.")
        )
        raise CannotChangePipeline(text % {"name": name}, field="name")
    if status not in {Status.LOST, Status.NO_DECISION, Status.DISQUALIFIED}:
        raise CannotChangePipeline(_("A deal is lost, not decided or disqualified."), field="status")
    reason = LostReason.objects.create(name=name, status=status, position=LostReason.objects.count())
    record(LostReasonAdded(lost_reason=reason.pk, title=name), by=by, at=at)
    return reason


@transaction.atomic
def retire_lost_reason(*, reason: LostReason, by: User | None, at: datetime) -> LostReason:
    """Offer a reason no more. The deals that ended for it keep it."""
    reason = LostReason.objects.select_for_update().get(pk=reason.pk)
    if reason.is_active:
        reason.is_active = False
        reason.save(update_fields=["is_active"])
        record(LostReasonRetired(lost_reason=reason.pk, title=reason.name), by=by, at=at)
    return reason


@transaction.atomic
def restore_lost_reason(*, reason: LostReason, by: User | None, at: datetime) -> LostReason:
    """Offer a retired reason again."""
    reason = LostReason.objects.select_for_update().get(pk=reason.pk)
    if not reason.is_active:
        reason.is_active = True
        reason.save(update_fields=["is_active"])
        record(LostReasonRestored(lost_reason=reason.pk, title=reason.name), by=by, at=at)
    return reason
