"""Guests are told what changed; what their calendars answer stands on the meeting."""

from typing import Any

from siklus.cycle.outreach.meetings.actions import note_answer, tell_guests
from siklus.cycle.outreach.meetings.queries import is_known
from siklus.platform.accounts.models import User
from siklus.platform.journal.reactions import react
from siklus.platform.mail.calendars import Answer, answer_of
from siklus.platform.mail.fetching import sieve
from siklus.platform.mail.models import Mailbox, Received
from siklus.platform.mail.parse import Parsed
from siklus.records.activities.models import Activity


@react("activity.edited", "activity.cancelled", key="outreach.guests", but_not=("import",))
def tell_the_guests(entry: Any) -> None:
    """Told twice, it compares with what the guests were told last and sends nothing."""
    activity = Activity.objects.filter(pk=entry.about_id, invitation__isnull=False).first()
    if activity is not None:
        tell_guests(activity=activity, by=User.objects.filter(pk=entry.by_id).first(), at=entry.happened_at)


@react("mail.received", key="outreach.answer")
def read_the_answer(entry: Any) -> None:
    found = answer_in(entry)
    if found is not None:
        note_answer(answer=found[0], at=max(found[1].received_at, found[1].sent_at))


def answer_in(entry: Any) -> tuple[Answer, Received] | None:
    """What a guest's calendar answered, if that is what came in."""
    received = Received.objects.filter(pk=entry.about_id).exclude(calendar="").first()
    answer = answer_of(received.calendar) if received else None
    return (answer, received) if answer is not None and received is not None else None


@sieve
def answers_an_invitation(_mailbox: Mailbox, found: Parsed) -> bool:
    """A colleague's calendar answers from an address that is no contact's, and often names no mail."""
    answer = answer_of(found.calendar) if found.calendar else None
    return answer is not None and is_known(answer.uid)
