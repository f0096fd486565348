"""A step by WhatsApp that happens by itself: an approved template through the same gate as every other message.

What cannot go by itself, because there is no line, no number or no approved words, becomes a task for the rep. Who may
not be written to by WhatsApp gets the next step: the mails of the sequence have a consent of their own.
"""

from datetime import datetime
from enum import StrEnum

from django.db import transaction
from django.db.models import F

from siklus.cycle.outreach.chats.actions import CannotChat, write_chat
from siklus.cycle.outreach.chats.gates import chat_verdict
from siklus.cycle.outreach.chats.models import ChatPurpose
from siklus.cycle.outreach.chats.queries import numbers_of
from siklus.cycle.outreach.liquid import CannotRender
from siklus.cycle.outreach.sequences.batch import Batch
from siklus.cycle.outreach.sequences.models import Enrolment, EnrolmentState, SequenceStep, StepRun
from siklus.cycle.outreach.sequences.stopping import REST, resting, why_ended
from siklus.platform.accounts.models import User
from siklus.platform.chat.actions import ChatRefused
from siklus.platform.chat.models import Line, Outgoing
from siklus.platform.chat.queries import lines_for
from siklus.platform.chat.sending import Held, MayNotLeave, before_sending


class Came(StrEnum):
    """What came of the step."""

    SENT = "sent"
    POSTPONED = "postponed"  # to the hour at which the gate opens
    SKIPPED = "skipped"  # not by this channel, ever
    BY_HAND = "by_hand"


def chat_now(one: Enrolment, step: SequenceStep, batch: Batch) -> Came:
    """Put the message of a step into the outbox if the gate lets it through. The caller saves the enrolment."""
    numbers = numbers_of(one.contact)
    line = _line_of(one.rep) if numbers else None
    if line is None or step.template is None:
        return Came.BY_HAND
    said = chat_verdict(
        contact=one.contact, line=line, number=numbers[0], purpose=ChatPurpose.SEQUENCE, at=batch.at, is_template=True,
    )  # fmt: skip
    if said.is_never:
        StepRun.objects.create(enrolment=one, step=step, state=StepRun.State.DROPPED, at=batch.at)
        batch.move_on(one, step.pk)
        return Came.SKIPPED
    if said.until is not None:
        one.due_at = said.until
        return Came.POSTPONED
    try:
        with transaction.atomic():
            chat = write_chat(
                line=line, contact=one.contact, deal=one.deal, number=numbers[0], template=step.template,
                language=one.sequence.language, purpose=ChatPurpose.SEQUENCE, by=one.rep, at=batch.at,
            )  # fmt: skip
    except (CannotChat, CannotRender, ChatRefused):
        return Came.BY_HAND
    StepRun.objects.create(
        enrolment=one, step=step, state=StepRun.State.QUEUED, chat=chat, activity=chat.activity, at=batch.at
    )
    batch.move_on(one, step.pk)
    return Came.SENT


def _line_of(rep: User) -> Line | None:
    """Their own line, else one that everybody writes from."""
    return lines_for(rep).order_by(F("owner").desc(nulls_last=True), "pk").first()


@before_sending
def no_message_after_the_end(message: Outgoing, at: datetime) -> None:
    """As with mail: one that still waits stays while the sequence rests, and fails when it stopped."""
    run = StepRun.objects.filter(chat__outgoing=message).select_related("enrolment").first()
    if run is None:
        return
    if why := why_ended(run.enrolment):
        raise MayNotLeave(why)
    if run.enrolment.state == EnrolmentState.PAUSED:
        raise Held(at + REST, resting())
