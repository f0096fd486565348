"""The doors to WhatsApp messages, and what the gate asks of them."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Max, Q, QuerySet

from siklus.cycle.outreach.chats.models import ChatMessage
from siklus.platform.accounts.models import User
from siklus.platform.accounts.visibility import visible_q
from siklus.platform.chat.models import Incoming, Line
from siklus.platform.chat.queries import lines_for
from siklus.records.contacts.models import Contact

WINDOW = timedelta(hours=24)


def chats_for(viewer: User) -> QuerySet[ChatMessage]:
    """Those with people or about deals that the viewer may see; of numbers nobody knows, those on lines of theirs."""
    rows = ChatMessage.objects.filter(Q(contact=None) | Q(contact__merged_into=None))
    if not viewer.can_work_deals:
        return rows.none()
    mine = Q(contact=None, line__in=lines_for(viewer))
    on_contact = visible_q(viewer, owner="contact__owner")
    on_deal = visible_q(viewer, owner="deal__owner")
    if on_contact is None or on_deal is None:
        return rows.filter(mine | Q(contact__isnull=False))
    theirs = on_contact | (Q(deal__isnull=False) & on_deal)
    return rows.filter(mine | (Q(contact__isnull=False) & theirs))


def chat_for(viewer: User, chat_id: int) -> ChatMessage:
    """One message. Raises ChatMessage.DoesNotExist for strangers too."""
    return chats_for(viewer).select_related("outgoing", "incoming", "contact", "deal", "line").get(pk=chat_id)


def chats_with(contact: Contact, *, limit: int = 50) -> list[ChatMessage]:
    """The last messages with a person whose door the caller opened, the oldest first."""
    rows = ChatMessage.objects.filter(contact=contact).select_related("outgoing", "incoming", "line")
    return list(rows.order_by("-at", "-id")[:limit])[::-1]


def chats_of_activities(viewer: User, ids: Iterable[int]) -> dict[int, ChatMessage]:
    """The messages behind activities, as far as the viewer may read them. One question."""
    ids = list(ids)
    if not ids:
        return {}
    rows = chats_for(viewer).filter(activity__in=ids).select_related("outgoing", "incoming", "contact")
    return {one.activity_id or 0: one for one in rows}


def unknown_for(viewer: User) -> QuerySet[ChatMessage]:
    """What came from numbers that nobody knows, on lines that the viewer writes from."""
    rows = chats_for(viewer).filter(contact=None, is_ours=False)
    return rows.select_related("incoming", "line").order_by("-at", "-id")


def numbers_of(contact: Contact) -> list[str]:
    """The person's phone numbers in E.164, in their order."""
    return [one.key for one in contact.points.all() if one.kind == "phone"]


def window_until(line: Line, number: str) -> datetime | None:
    """Until when free text may go to a number: a day after they wrote last. None: they never wrote."""
    last = Incoming.objects.filter(line=line, number=number).aggregate(last=Max("sent_at"))["last"]
    return last + WINDOW if last else None


def wrote_last(line: Line, number: str) -> ChatMessage | None:
    """Their last message on this line when we have not answered it yet."""
    last = ChatMessage.objects.filter(line=line, number=number).order_by("-at", "-id").first()
    return last if last is not None and not last.is_ours else None
