"""What ends a sequence: an answer, a bounce, a meeting, an opt-out, a closed deal. And tasks done, which lead on."""

from typing import Any

from django.db.models import Q

from siklus.cycle.outreach.models import Channel, Suppression
from siklus.cycle.outreach.sequences.models import RUNNING, Enrolment, StopReason
from siklus.cycle.outreach.sequences.running import advance
from siklus.cycle.outreach.sequences.stopping import move_for_leave, of_people, stop_all, stop_on_reply
from siklus.platform.accounts.models import User
from siklus.platform.journal.reactions import react
from siklus.records.activities.models import Activity
from siklus.records.contacts.queries import same_contacts


@react("email.received", key="sequences.replied")
def stop_when_they_answer(entry: Any) -> None:
    """Absence notes are no answers."""
    told = entry.details
    if not told["is_automatic"]:
        stop_on_reply(contact_id=told["contact"], thread_id=told["thread"], at=entry.happened_at)


@react("email.returned", key="sequences.bounced")
def stop_when_mail_comes_back(entry: Any) -> None:
    if entry.details["is_permanent"]:
        _stop_of_message(entry, StopReason.BOUNCED)


@react("email.not_sent", key="sequences.not_sent")
def stop_when_mail_does_not_leave(entry: Any) -> None:
    _stop_of_message(entry, StopReason.FAILED)


def _stop_of_message(entry: Any, reason: str) -> None:
    rows = Enrolment.objects.filter(runs__message=entry.about_id)
    stop_all(rows, reason=reason, at=entry.happened_at, note=entry.personal.get("reason", ""))


@react("activity.planned", key="sequences.meeting")
def stop_when_a_meeting_is_booked(entry: Any) -> None:
    if entry.details["kind"] != "meeting" or not Enrolment.objects.filter(state__in=RUNNING).exists():
        return
    meeting = Activity.objects.filter(pk=entry.about_id).first()
    if meeting is None:
        return
    theirs = Q(pk=None)
    if meeting.deal_id:
        theirs |= Q(deal=meeting.deal_id)
    if meeting.contact_id:
        theirs |= Q(contact=meeting.contact_id)
    stop_all(Enrolment.objects.filter(theirs), reason=StopReason.MEETING, at=entry.happened_at)


@react("suppression.added", key="sequences.suppressed")
def stop_when_the_address_is_suppressed(entry: Any) -> None:
    row = Suppression.objects.filter(pk=entry.about_id, lifted_at=None).first()
    if row is None:
        return
    reasons = {Suppression.Why.OPTED_OUT: StopReason.OPTED_OUT, Suppression.Why.BOUNCED: StopReason.BOUNCED}
    reason = reasons.get(Suppression.Why(row.why), StopReason.REFUSED)
    people = [one.pk for one in same_contacts(emails=[row.address])]
    stop_all(of_people(people), reason=reason, at=entry.happened_at)


@react("consent.withdrawn", key="sequences.consent")
def stop_when_consent_is_withdrawn(entry: Any) -> None:
    if entry.details.get("channel", Channel.EMAIL) != Channel.EMAIL:
        return  # the mails of a sequence may go on; its messages are refused by the gate
    stop_all(of_people([entry.details["contact"]]), reason=StopReason.OPTED_OUT, at=entry.happened_at)


@react(
    "deal.won", "deal.lost", "deal.ended_undecided", "deal.disqualified", key="sequences.closed",
    but_not=("import",),
)  # fmt: skip
def stop_when_the_deal_closes(entry: Any) -> None:
    rows = Enrolment.objects.filter(deal=entry.about_id)
    stop_all(rows, reason=StopReason.CLOSED, at=entry.happened_at)


@react("activity.done", "activity.cancelled", key="sequences.task", but_not=("import",))
def go_on_after_a_task(entry: Any) -> None:
    activity = Activity.objects.filter(pk=entry.about_id, step_run__state="planned").first()
    if activity is not None:
        advance(activity=activity, is_done=entry.name == "activity.done", at=entry.happened_at)


@react("user.leave_set", "user.hours_set", key="sequences.leave")
def move_what_falls_into_leave(entry: Any) -> None:
    move_for_leave(rep=User.objects.get(pk=entry.about_id))
