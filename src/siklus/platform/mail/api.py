from datetime import date, datetime
from typing import Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema

from siklus.platform.accounts.models import User
from siklus.platform.api.door import a_user, one, referred, worker
from siklus.platform.mail.actions import add_mailbox, edit_mailbox, retire_mailbox
from siklus.platform.mail.models import Mailbox
from siklus.platform.mail.queries import kept_mailbox_for, kept_mailboxes

router = Router()
Secured = Literal["ssl", "starttls", "plain"]
WayName = Literal["system", "smtp", "brevo", "mailgun", "postmark", "resend", "sendgrid"]


class MailboxPatch(Schema):
    address: str | None = Field(None, max_length=254)
    from_name: str | None = Field(None, max_length=120)
    owner_id: int | None = None
    reading: Literal["record", "owner"] | None = None
    signature: str | None = Field(None, max_length=5000)
    plus_replies: bool | None = None
    way: WayName | None = None
    smtp_host: str | None = Field(None, max_length=253)
    smtp_port: int | None = Field(None, ge=1, le=65535)
    smtp_security: Secured | None = None
    smtp_user: str | None = Field(None, max_length=254)
    smtp_password: str | None = Field(None, max_length=500)
    imap_host: str | None = Field(None, max_length=253)
    imap_port: int | None = Field(None, ge=1, le=65535)
    imap_security: Secured | None = None
    imap_user: str | None = Field(None, max_length=254)
    imap_password: str | None = Field(None, max_length=500)
    read_since: date | None = None


class MailboxIn(MailboxPatch):
    address: str = Field(max_length=254)


class FolderOut(Schema):
    name: str
    imported: int
    known: int
    skipped: int
    seen_at: datetime | None


class MailboxOut(Schema):
    id: int
    address: str
    from_name: str
    owner_id: int | None
    reading: str
    way: str
    receives: bool
    seen_at: datetime | None
    error: str
    waiting: int
    stuck: int
    folders: list[FolderOut]


def shown(box: Mailbox) -> dict[str, Any]:
    names = [name for name in MailboxOut.model_fields if name != "folders"]
    fields = list(FolderOut.model_fields)
    folders = [{name: getattr(folder, name) for name in fields} for folder in box.folders.all()]
    return {**{name: getattr(box, name) for name in names}, "folders": folders}


def answered(box: Mailbox) -> dict[str, Any]:
    return shown(kept_mailboxes().get(pk=box.pk))


@router.get("", response=list[MailboxOut], operation_id="list_mailboxes")
def list_mailboxes(request: HttpRequest) -> Any:
    """Your mailboxes, for operations all of them, with how far each was read. Passwords are never told."""
    user = worker(request)
    rows = kept_mailboxes()
    if not user.can_run_operations:
        rows = rows.filter(owner=user)
    return [shown(box) for box in rows]


@router.post("", response={201: MailboxOut}, operation_id="add_mailbox")
def create(request: HttpRequest, payload: MailboxIn) -> Any:
    user = worker(request)
    return 201, answered(add_mailbox(by=user, at=timezone.now(), **_values(user, payload, new=True)))


@router.patch("/{int:mailbox_id}", response=MailboxOut, operation_id="edit_mailbox")
def edit(request: HttpRequest, mailbox_id: int, payload: MailboxPatch) -> Any:
    user = worker(request)
    box = one(kept_mailbox_for, user, mailbox_id)
    return answered(edit_mailbox(mailbox=box, by=user, at=timezone.now(), **_values(user, payload)))


@router.delete("/{int:mailbox_id}", response={204: None}, operation_id="retire_mailbox")
def retire(request: HttpRequest, mailbox_id: int) -> Any:
    """Its mail stays, its passwords go."""
    user = worker(request)
    retire_mailbox(mailbox=one(kept_mailbox_for, user, mailbox_id), by=user, at=timezone.now())
    return 204, None


def _values(user: User, payload: MailboxPatch, *, new: bool = False) -> dict[str, Any]:
    given = payload.dict(exclude_unset=True)
    values = {key: value for key, value in given.items() if value is not None and key != "owner_id"}
    if not user.can_run_operations:
        return {**values, "owner": user}
    if "owner_id" in given or new:
        values["owner"] = referred(a_user, user, given.get("owner_id"), "owner_id")
    return values
