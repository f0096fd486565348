from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from siklus.cycle.outreach.actions import (
    Letter,
    add_template,
    edit_template,
    give_consent,
    lift_suppression,
    retire_template,
    suppress,
    tie_thread,
    withdraw_consent,
    write_email,
)
from siklus.cycle.outreach.gates import verdict
from siklus.cycle.outreach.models import Message, Suppression, Template, Thread
from siklus.cycle.outreach.queries import (
    message_for,
    messages_of,
    person_for,
    suppression_for,
    suppressions,
    template_for,
    templates_in_use,
    thread_for,
    threads_for,
)
from siklus.platform.accounts.models import User
from siklus.platform.api.door import (
    LARGEST_ID,
    asker,
    expected_version,
    one,
    operator,
    paged,
    referred,
    with_etag,
    worker,
)
from siklus.platform.mail.queries import mailbox_for
from siklus.records.contacts.models import Contact
from siklus.records.contacts.queries import contact_for
from siklus.records.deals.queries import deal_for

threads, emails, templates, suppressed, consents = Router(), Router(), Router(), Router(), Router()


class ThreadOut(Schema):
    id: int
    subject: str
    mailbox_id: int
    contact_id: int | None
    company_id: int | None
    deal_id: int | None
    reading: str
    count: int
    last_at: datetime
    last_is_ours: bool


class MessageOut(Schema):
    id: int
    thread_id: int
    is_ours: bool
    purpose: str
    contact_id: int | None
    activity_id: int | None
    subject: str
    text: str
    message_id: str
    state: str
    error: str
    at: datetime


class ThreadDetail(ThreadOut):
    messages: list[MessageOut]


class ThreadPage(Schema):
    items: list[ThreadOut]
    next: str | None


class TieIn(Schema):
    contact_id: int | None = None
    deal_id: int | None = None


class EmailIn(Schema):
    mailbox_id: int
    contact_id: int
    deal_id: int | None = None
    answers_id: int | None = None
    address: str = Field("", max_length=254)
    subject: str = Field(max_length=250)
    text: str = Field(max_length=50_000)
    at_once: bool = False


class VerdictOut(Schema):
    is_allowed: bool
    code: str
    reason: str
    until: datetime | None


class TemplateWords(Schema):
    subject: str = Field("", max_length=250)
    text: str = Field("", max_length=20_000)
    approved: str = Field("", max_length=512, description="WhatsApp: the name under which it was approved")
    code: str = Field(
        "", max_length=10, description="WhatsApp: the code of its language there, such as en_US"
    )
    values: list[str] = Field(
        default_factory=list, max_length=20, description="WhatsApp: what fills its blanks, in their order"
    )


class TemplateIn(Schema):
    name: str = Field(max_length=80)
    kind: Literal["email", "whatsapp"] = "email"
    en: TemplateWords | None = None
    id: TemplateWords | None = None


class TemplateOut(Schema):
    id: int
    version: int
    name: str
    kind: str
    words: dict[str, dict[str, Any]]


class SuppressionIn(Schema):
    address: str = Field(max_length=254)
    why: Literal["opted_out", "bounced", "complained", "decided"]
    note: str = Field("", max_length=250)


class SuppressionOut(Schema):
    id: int
    address: str
    why: str
    note: str
    at: datetime


class SuppressionPage(Schema):
    items: list[SuppressionOut]
    next: str | None


class ConsentIn(Schema):
    contact_id: int
    is_given: bool
    channel: Literal["email", "whatsapp"] = "email"
    words: str = Field("", max_length=4000)


class ConsentOut(Schema):
    id: int
    contact_id: int
    is_given: bool
    channel: str
    words: str
    at: datetime


def _shown(kind: type[Schema], row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in kind.model_fields}


def thread_out(thread: Thread) -> dict[str, Any]:
    return _shown(ThreadOut, thread)


def suppression_out(row: Suppression) -> dict[str, Any]:
    return _shown(SuppressionOut, row)


def message_out(message: Message) -> dict[str, Any]:
    mail: Any = message.received or message.outgoing
    given = {
        "subject": mail.subject, "text": mail.text, "message_id": mail.message_id,
        "state": message.outgoing.state if message.outgoing else "received",
        "error": message.outgoing.error if message.outgoing else "",
    }  # fmt: skip
    names = [name for name in MessageOut.model_fields if name not in given]
    return {**{name: getattr(message, name) for name in names}, **given}


@threads.get("", response=ThreadPage, operation_id="list_email_threads")
def list_threads(
    request: HttpRequest,
    cursor: str | None = None,
    limit: int = Query(50, ge=1, le=200),
    deal_id: int | None = Query(None, ge=1, le=LARGEST_ID),
    contact_id: int | None = Query(None, ge=1, le=LARGEST_ID),
    waits_for_us: bool | None = None,
) -> Any:
    """Conversations that you may read, newest first."""
    rows = threads_for(asker(request))
    asked = {"deal_id": deal_id, "contact_id": contact_id}
    rows = rows.filter(**{key: value for key, value in asked.items() if value})
    if waits_for_us is not None:
        rows = rows.filter(last_is_ours=not waits_for_us)
    return paged(rows, cursor=cursor, limit=limit, show=thread_out)


@threads.get("/{int:thread_id}", response=ThreadDetail, operation_id="get_email_thread")
def get_thread(request: HttpRequest, thread_id: int) -> Any:
    thread = one(thread_for, asker(request), thread_id)
    return {**thread_out(thread), "messages": [message_out(message) for message in messages_of(thread)]}


@threads.post("/{int:thread_id}/tie", response=ThreadOut, operation_id="tie_email_thread")
def tie(request: HttpRequest, thread_id: int, payload: TieIn) -> Any:
    """Say to whom and to which deal a conversation belongs."""
    user = worker(request)
    thread = tie_thread(
        thread=one(thread_for, user, thread_id),
        contact=referred(contact_for, user, payload.contact_id, "contact_id"),
        deal=referred(deal_for, user, payload.deal_id, "deal_id"), by=user, at=timezone.now(),
    )  # fmt: skip
    return thread_out(thread)


@emails.post("", response={201: MessageOut}, operation_id="write_email")
def write(request: HttpRequest, payload: EmailIn) -> Any:
    """Put an e-mail to a contact into the outbox. What the gate refuses is a 422 with its reason."""
    user = worker(request)
    deal = referred(deal_for, user, payload.deal_id, "deal_id")
    answers = referred(message_for, user, payload.answers_id, "answers_id")

    def door(viewer: User, pk: int) -> Contact:
        return person_for(viewer, pk, deal=deal, answers=answers)

    contact = referred(door, user, payload.contact_id, "contact_id")
    mailbox = referred(mailbox_for, user, payload.mailbox_id, "mailbox_id")
    assert contact is not None and mailbox is not None
    message = write_email(
        letter=Letter(payload.subject, payload.text, address=payload.address, at_once=payload.at_once),
        mailbox=mailbox, contact=contact, deal=deal, answers=answers, by=user, at=timezone.now(),
    )  # fmt: skip
    return 201, message_out(message)


@emails.get("/gate", response=VerdictOut, operation_id="ask_send_gate")
def gate(
    request: HttpRequest,
    contact_id: int = Query(..., ge=1, le=LARGEST_ID),
    purpose: Literal["personal", "meeting", "sequence", "campaign"] = "personal",
) -> Any:
    """May a mail of this purpose go to this contact now?"""
    contact = one(contact_for, asker(request), contact_id)
    said = verdict(contact=contact, address=contact.email, purpose=purpose, at=timezone.now())
    return _shown(VerdictOut, said)


def _words(payload: TemplateIn) -> dict[str, dict[str, Any]]:
    return {key: words.dict() for key, words in (("en", payload.en), ("id", payload.id)) if words}


@templates.get("", response=list[TemplateOut], operation_id="list_templates")
def list_templates(request: HttpRequest, kind: Literal["email", "whatsapp"] | None = None) -> Any:
    asker(request)
    return [_shown(TemplateOut, row) for row in templates_in_use(kind or "")]


@templates.post("", response={201: TemplateOut}, operation_id="add_template")
def create_template(request: HttpRequest, response: HttpResponse, payload: TemplateIn) -> Any:
    user = operator(request)
    made = add_template(
        name=payload.name, kind=payload.kind, words=_words(payload), by=user, at=timezone.now()
    )
    with_etag(response, made.version)
    return 201, _shown(TemplateOut, made)


@templates.put("/{int:template_id}", response=TemplateOut, operation_id="edit_template")
def change_template(
    request: HttpRequest, response: HttpResponse, template_id: int, payload: TemplateIn
) -> Any:
    user = operator(request)
    template: Template = one(template_for, user, template_id)
    changed = edit_template(
        template=template, name=payload.name, words=_words(payload), by=user, at=timezone.now(),
        expected_version=expected_version(request),
    )  # fmt: skip
    with_etag(response, changed.version)
    return _shown(TemplateOut, changed)


@templates.delete("/{int:template_id}", response={204: None}, operation_id="retire_template")
def drop_template(request: HttpRequest, template_id: int) -> Any:
    user = operator(request)
    retire_template(template=one(template_for, user, template_id), by=user, at=timezone.now())
    return 204, None


@suppressed.get("", response=SuppressionPage, operation_id="list_suppressions")
def list_suppressions(
    request: HttpRequest, cursor: str | None = None, limit: int = Query(50, ge=1, le=200)
) -> Any:
    """Addresses that nobody may write to."""
    operator(request)
    return paged(suppressions(), cursor=cursor, limit=limit, show=suppression_out)


@suppressed.post("", response={201: SuppressionOut}, operation_id="suppress")
def put_on_list(request: HttpRequest, payload: SuppressionIn) -> Any:
    """One that is on the list already keeps its reason."""
    return 201, suppression_out(suppress(by=worker(request), at=timezone.now(), **payload.dict()))


@suppressed.delete("/{int:suppression_id}", response={204: None}, operation_id="lift_suppression")
def lift(request: HttpRequest, suppression_id: int) -> Any:
    user = operator(request)
    lift_suppression(suppression=one(suppression_for, user, suppression_id), by=user, at=timezone.now())
    return 204, None


@consents.post("", response={201: ConsentOut}, operation_id="note_consent")
def note_consent(request: HttpRequest, payload: ConsentIn) -> Any:
    """Note that a person agreed to be written to, or does not any more."""
    user = worker(request)
    contact = referred(contact_for, user, payload.contact_id, "contact_id")
    assert contact is not None
    act = give_consent if payload.is_given else withdraw_consent
    made = act(contact=contact, words=payload.words, channel=payload.channel, by=user, at=timezone.now())
    return 201, _shown(ConsentOut, made)
