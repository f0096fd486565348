"""What a provider tells: messages that came, and what became of ours. Told twice or in another order, nothing changes."""

from datetime import datetime

from django.db import IntegrityError, transaction

from siklus.platform.chat.facts import ChatDelivered, ChatFailed, ChatReceived, ChatSent
from siklus.platform.chat.models import Incoming, Line, Outgoing
from siklus.platform.chat.provider import Came, Moved
from siklus.platform.journal.record import record

State = Outgoing.State
ORDER = {State.HANDING: 0, State.UNCERTAIN: 0, State.SENT: 1, State.DELIVERED: 2, State.READ: 3}
OPEN = (State.HANDING, State.UNCERTAIN, State.SENT, State.DELIVERED, State.READ)


def take_in(*, line: Line, told: list[Came | Moved], at: datetime) -> int:
    """Keep what is new; returns how much that is."""
    new = 0
    for one in told:
        new += _keep(line, one, at) if isinstance(one, Came) else _note(line, one, at)
    Line.objects.filter(pk=line.pk).update(called_at=at)
    return new


def _keep(line: Line, came: Came, at: datetime) -> int:
    if Incoming.objects.filter(provider_id=came.provider_id).exists():
        return 0
    try:
        with transaction.atomic():
            row = Incoming.objects.create(
                line=line, provider_id=came.provider_id, number=came.number, name=came.name, kind=came.kind,
                text=came.text, answers=came.answers, sent_at=min(came.at, at), received_at=at,
            )  # fmt: skip
            record(ChatReceived(incoming=row.pk, line=line.pk, kind=row.kind), by=None, at=row.sent_at)
    except IntegrityError:  # the same call came twice at once
        return 0
    return 1


@transaction.atomic
def _note(line: Line, moved: Moved, at: datetime) -> int:
    """Carry a message of ours forward; what is told late changes nothing."""
    rows = Outgoing.objects.select_for_update(of=("self",)).filter(line=line, state__in=OPEN)
    message = rows.filter(provider_id=moved.provider_id).first()
    if message is None and moved.key:  # we never heard how it is called
        message = rows.filter(key=moved.key, provider_id="").first()
    if message is None:
        return 0
    message.provider_id = moved.provider_id
    when = min(moved.at, at)
    if moved.state == "failed":
        if message.state in (State.DELIVERED, State.READ):
            return 0
        message.state, message.error = State.FAILED, moved.reason[:500]
        message.save()
        fact = ChatFailed(chat=message.pk, line=line.pk, purpose=message.purpose, reason=moved.reason[:500])
        record(fact, by=message.by, at=when)
        return 1
    state = State(moved.state)
    if ORDER[state] <= ORDER[State(message.state)]:
        return 0
    if message.sent_at is None:
        message.sent_at, message.error = when, ""
        fact_of_sending = ChatSent(chat=message.pk, line=line.pk, purpose=message.purpose)
        record(fact_of_sending, by=message.by, at=when)
    message.state = state
    if state == State.DELIVERED:
        message.delivered_at = when
    elif state == State.READ:
        message.read_at, message.delivered_at = when, message.delivered_at or when
    message.save()
    if state != State.SENT:
        is_read = state == State.READ
        record(ChatDelivered(chat=message.pk, line=line.pk, is_read=is_read), by=None, at=when)
    return 1
