"""How enrolments end and rest, by hand and by what happened elsewhere. Told twice, nothing happens the second time."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from siklus.cycle.outreach.sequences.facts import EnrolmentPaused, EnrolmentResumed, EnrolmentStopped
from siklus.cycle.outreach.sequences.models import RUNNING, Enrolment, EnrolmentState, StepRun, StopReason
from siklus.cycle.outreach.sequences.timing import next_worked
from siklus.platform.accounts.models import User
from siklus.platform.journal.record import record
from siklus.platform.mail.models import Outgoing
from siklus.platform.mail.sending import Held, MayNotLeave, before_sending
from siklus.records.activities.actions import cancel_activity
from siklus.records.fields.record import Refused

REST = timedelta(hours=1)  # after which a mail of a paused enrolment asks again


class CannotChangeEnrolment(Refused):
    """The enrolment cannot be so."""


@transaction.atomic
def pause_enrolment(*, enrolment: Enrolment, by: User | None, at: datetime) -> Enrolment:
    """Let it rest until somebody resumes it."""
    enrolment = locked(enrolment)
    if enrolment.state == EnrolmentState.PAUSED:
        return enrolment
    _must_run(enrolment)
    enrolment.state = EnrolmentState.PAUSED
    enrolment.save(update_fields=["state"])
    fact = EnrolmentPaused(
        enrolment=enrolment.pk, sequence=enrolment.sequence_id, title=enrolment.sequence.name
    )
    record(fact, by=by, at=at, mentions=mentions_of(enrolment))
    return enrolment


@transaction.atomic
def resume_enrolment(*, enrolment: Enrolment, by: User | None, at: datetime) -> Enrolment:
    """Go on where it rested: what was due meanwhile is due now."""
    enrolment = locked(enrolment)
    if enrolment.state == EnrolmentState.ACTIVE:
        return enrolment
    _must_run(enrolment)
    enrolment.state = EnrolmentState.ACTIVE
    if enrolment.due_at is not None:
        enrolment.due_at = next_worked(enrolment.rep, max(at, enrolment.due_at))
    enrolment.save(update_fields=["state", "due_at"])
    fact = EnrolmentResumed(
        enrolment=enrolment.pk, sequence=enrolment.sequence_id, title=enrolment.sequence.name
    )
    record(fact, by=by, at=at, mentions=mentions_of(enrolment))
    return enrolment


@transaction.atomic
def stop_enrolment(
    *, enrolment: Enrolment, by: User | None, at: datetime, reason: str = StopReason.BY_HAND, note: str = ""
) -> Enrolment:
    """End it. Its open task is dropped, and a mail of it that still waits does not leave."""
    enrolment = locked(enrolment)
    if not enrolment.is_running:
        return enrolment
    enrolment.state, enrolment.reason, enrolment.note = EnrolmentState.STOPPED, reason, note[:250]
    enrolment.due_at, enrolment.ended_at = None, at
    enrolment.save(update_fields=["state", "reason", "note", "due_at", "ended_at"])
    open_tasks = StepRun.objects.filter(enrolment=enrolment, state=StepRun.State.PLANNED)
    for run in open_tasks.select_related("activity"):
        run.state = StepRun.State.DROPPED
        run.save(update_fields=["state"])
        if run.activity is not None and run.activity.is_planned:
            cancel_activity(activity=run.activity, by=by, at=at)
    record(stopped(enrolment), by=by, at=at, mentions=mentions_of(enrolment))
    return enrolment


def stopped(enrolment: Enrolment) -> EnrolmentStopped:
    return EnrolmentStopped(
        enrolment=enrolment.pk, sequence=enrolment.sequence_id, title=enrolment.sequence.name,
        reason=enrolment.reason, note=enrolment.note,
    )  # fmt: skip


def stop_all(rows: QuerySet[Enrolment], *, reason: str, at: datetime, note: str = "") -> int:
    """Stop every running one among these that began before the moment: a later one knew already."""
    found = list(rows.filter(state__in=RUNNING, enrolled_at__lte=at))
    for one in found:
        stop_enrolment(enrolment=one, reason=reason, note=note, by=None, at=at)
    return len(found)


@transaction.atomic
def stop_on_reply(*, contact_id: int | None, thread_id: int | None, at: datetime) -> None:
    """They answered: note after which step, and stop. Also an answer after the last step counts."""
    theirs = Q(thread_id=thread_id) if thread_id is not None else Q(pk=None)
    if contact_id is not None:
        theirs |= Q(contact_id=contact_id, state__in=RUNNING)
    for one in Enrolment.objects.filter(theirs, enrolled_at__lte=at):
        runs = StepRun.objects.filter(enrolment=one)
        if not runs.exclude(replied_at=None).exists() and (last := runs.filter(at__lte=at).last()):
            StepRun.objects.filter(pk=last.pk).update(replied_at=at)
        stop_enrolment(enrolment=one, reason=StopReason.REPLIED, by=None, at=at)


def of_people(contacts: Iterable[int]) -> QuerySet[Enrolment]:
    return Enrolment.objects.filter(contact__in=list(contacts))


@transaction.atomic
def move_for_leave(*, rep: User) -> int:
    """What falls into the leave of a rep moves to the first day they work again."""
    moved = 0
    rows = Enrolment.objects.select_for_update(of=("self",)).filter(
        rep=rep, state__in=RUNNING, due_at__isnull=False
    )
    for one in rows:
        due = next_worked(rep, one.due_at)  # type: ignore[arg-type]
        if due != one.due_at:
            Enrolment.objects.filter(pk=one.pk).update(due_at=due)
            moved += 1
    return moved


@before_sending
def not_after_the_end(mail: Outgoing, at: datetime) -> None:
    """A mail of a sequence that waits in the outbox stays there when the sequence rests, and fails when it stopped."""
    run = StepRun.objects.filter(message__outgoing=mail).select_related("enrolment").first()
    if run is None:
        return
    if why := why_ended(run.enrolment):
        raise MayNotLeave(why)
    if run.enrolment.state == EnrolmentState.PAUSED:
        raise Held(at + REST, resting())


def why_ended(enrolment: Enrolment) -> str:
    """Why nothing of it leaves any more; empty while it runs or rests, or came to its end by itself."""
    answered = StepRun.objects.filter(enrolment=enrolment, replied_at__isnull=False).exists()
    if enrolment.state == EnrolmentState.STOPPED or answered:
        why = enrolment.get_reason_display() or StopReason.REPLIED.label
        return _("The sequence stopped: %(why)s.") % {"why": why}
    return ""


def resting() -> str:
    return _("The sequence is paused.")


def locked(enrolment: Enrolment) -> Enrolment:
    return (
        Enrolment.objects.select_for_update(of=("self",))
        .select_related("sequence", "rep", "step").get(pk=enrolment.pk)
    )  # fmt: skip


def mentions_of(enrolment: Enrolment) -> dict[str, int | None]:
    return {"deal": enrolment.deal_id, "contact": enrolment.contact_id}


def _must_run(enrolment: Enrolment) -> None:
    if not enrolment.is_running:
        raise CannotChangeEnrolment(_("This sequence has ended for %(name)s.") % {"name": enrolment.contact})
