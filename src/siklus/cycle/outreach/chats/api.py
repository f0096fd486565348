from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from siklus.cycle.outreach.chats.actions import assign_number, write_chat
from siklus.cycle.outreach.chats.models import ChatMessage
from siklus.cycle.outreach.chats.queries import chat_for, chats_for
from siklus.cycle.outreach.queries import template_for
from siklus.platform.api.door import LARGEST_ID, one, paged, referred, worker
from siklus.platform.chat.queries import line_for
from siklus.records.contacts.queries import contact_for
from siklus.records.deals.queries import deal_for

router = Router()


class ChatIn(Schema):
    line_id: int
    contact_id: int
    deal_id: int | None = None
    number: str = Field("", max_length=40, description="one of the person's; the first, when empty")
    text: str = Field("", max_length=4096, description="free text: within 24 hours after they wrote last")
    template_id: int | None = Field(None, description="or a template that WhatsApp approved")
    language: Literal["en", "id"] = "en"
    at_once: bool = False


class AssignIn(Schema):
    contact_id: int


class ChatOut(Schema):
    id: int
    line_id: int
    number: str
    is_ours: bool
    contact_id: int | None
    deal_id: int | None
    activity_id: int | None
    text: str
    state: str = Field(description="queued, handing, sent, delivered, read, failed, uncertain; or received")
    error: str
    at: datetime
    due_at: datetime | None


class ChatPage(Schema):
    items: list[ChatOut]
    next: str | None


class AssignedOut(Schema):
    messages: int


def shown(row: ChatMessage) -> dict[str, Any]:
    names = ("id", "line_id", "number", "is_ours", "contact_id", "deal_id", "activity_id", "text", "at")
    ours = row.outgoing
    return {name: getattr(row, name) for name in names} | {
        "state": ours.state if ours else "received", "error": ours.error if ours else "",
        "due_at": ours.due_at if ours else None,
    }  # fmt: skip


@router.get("", response=ChatPage, operation_id="list_whatsapp_messages")
def list_chats(
    request: HttpRequest,
    cursor: str | None = None,
    limit: int = Query(50, ge=1, le=200),
    contact_id: int | None = Query(None, ge=1, le=LARGEST_ID),
    deal_id: int | None = Query(None, ge=1, le=LARGEST_ID),
    unknown: bool = Query(False, description="only those from numbers that nobody knows"),
) -> Any:
    """WhatsApp messages with people that you may see, the newest first."""
    rows = chats_for(worker(request)).select_related("outgoing", "incoming")
    if contact_id:
        rows = rows.filter(contact_id=contact_id)
    if deal_id:
        rows = rows.filter(deal_id=deal_id)
    if unknown:
        rows = rows.filter(contact=None)
    return paged(rows, cursor=cursor, limit=limit, show=shown)


@router.post("", response={201: ChatOut}, operation_id="send_whatsapp_message")
def post_chat(request: HttpRequest, payload: ChatIn) -> Any:
    """Write to a person. It goes through the send gate and waits in the outbox."""
    user = worker(request)
    line = referred(line_for, user, payload.line_id, "line_id")
    contact = referred(contact_for, user, payload.contact_id, "contact_id")
    assert line is not None and contact is not None
    made = write_chat(
        line=line, contact=contact, deal=referred(deal_for, user, payload.deal_id, "deal_id"), number=payload.number,
        text=payload.text, template=referred(template_for, user, payload.template_id, "template_id"),
        language=payload.language, at_once=payload.at_once, by=user, at=timezone.now(),
    )  # fmt: skip
    return 201, shown(made)


@router.get("/{int:chat_id}", response=ChatOut, operation_id="get_whatsapp_message")
def get_chat(request: HttpRequest, chat_id: int) -> Any:
    return shown(one(chat_for, worker(request), chat_id))


@router.post("/{int:chat_id}/assign", response=AssignedOut, operation_id="assign_whatsapp_number")
def post_assign(request: HttpRequest, chat_id: int, payload: AssignIn) -> Any:
    """Say whose number it is: all that came from it goes to this person."""
    user = worker(request)
    chat = one(chat_for, user, chat_id)
    contact = referred(contact_for, user, payload.contact_id, "contact_id")
    assert contact is not None
    count = assign_number(number=chat.number, contact=contact, by=user, at=timezone.now())
    return {"messages": count}
