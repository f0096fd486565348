"""The doors to conversations and templates, and the questions that screens ask of them."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from siklus.cycle.outreach.models import Message, Suppression, Template, Thread
from siklus.platform.accounts.models import User
from siklus.platform.accounts.visibility import visible_q
from siklus.platform.i18n.keys import email_key, phone_key
from siklus.platform.mail.models import Mailbox, Reading
from siklus.platform.mail.queries import mailboxes_for
from siklus.records.contacts.models import Contact
from siklus.records.contacts.queries import contact_for
from siklus.records.deals.models import Deal


def threads_for(viewer: User) -> QuerySet[Thread]:
    """Those of one's own mailboxes, and those that everybody who sees their record may read."""
    rows = Thread.objects.all()
    mine = Q(mailbox__owner=viewer)
    if not viewer.can_work_deals:
        return rows.filter(mine)
    shown = Q(reading=Reading.RECORD)
    on_deal = visible_q(viewer, owner="deal__owner")
    on_contact = visible_q(viewer, owner="contact__owner")
    if on_deal is not None and on_contact is not None:
        nobodys = Q(deal=None, contact=None, mailbox__owner=None)
        shown &= (
            (Q(deal__isnull=False) & on_deal) | (Q(deal=None, contact__isnull=False) & on_contact) | nobodys
        )
    return rows.filter(mine | shown)


def thread_for(viewer: User, thread_id: int) -> Thread:
    """One conversation. Raises Thread.DoesNotExist for strangers too."""
    rows = threads_for(viewer).select_related("mailbox", "mailbox__owner", "contact", "company", "deal")
    return rows.get(pk=thread_id)


def messages_of(thread: Thread) -> list[Message]:
    """The oldest first."""
    rows = thread.messages.select_related("outgoing", "outgoing__by", "received", "contact")
    return list(rows.order_by("at", "id"))


def with_last_message(rows: QuerySet[Thread], *, limit: int) -> list[Thread]:
    """The conversations that were touched last, each with `last`. Two questions."""
    messages = Message.objects.select_related("outgoing", "received").order_by("-at", "-id")
    found: list[Any] = list(
        rows.select_related("contact", "deal", "mailbox", "mailbox__owner")
        .prefetch_related(Prefetch("messages", messages, to_attr="newest"))
        .order_by("-last_at", "-id")[:limit]
    )  # fmt: skip
    for thread in found:
        thread.last = thread.newest[0] if thread.newest else None
    return found


def message_for(viewer: User, message_id: int) -> Message:
    """One mail of a conversation that the viewer may read."""
    rows = Message.objects.filter(thread__in=threads_for(viewer))
    return rows.select_related("thread", "thread__mailbox", "received", "outgoing", "contact").get(
        pk=message_id
    )


def person_for(
    viewer: User, contact_id: int, *, deal: Deal | None = None, answers: Message | None = None
) -> Contact:
    """Somebody to write to: whom the viewer sees, who stands on a deal at hand, or who wrote in a conversation at hand.

    The deal and the message came through their doors. Raises Contact.DoesNotExist for strangers too.
    """
    on_deal = deal is not None and (
        deal.contact_id == contact_id or deal.people.filter(contact_id=contact_id).exists()
    )
    wrote = answers is not None and contact_id in (answers.contact_id, answers.thread.contact_id)
    if on_deal or wrote:
        return Contact.objects.select_related("company").get(pk=contact_id, merged_into=None)
    return contact_for(viewer, contact_id)


def messages_of_activities(viewer: User, ids: Iterable[int]) -> dict[int, Message]:
    """The mails behind activities, as far as the viewer may read them. One question."""
    ids = list(ids)
    if not ids:
        return {}
    rows = Message.objects.filter(activity__in=ids, thread__in=threads_for(viewer))
    return {one.activity_id or 0: one for one in rows.select_related("outgoing", "contact")}


def writes_from(viewer: User) -> list[Mailbox]:
    """Mailboxes to write from, one's own first."""
    return sorted(mailboxes_for(viewer).select_related("owner"), key=lambda one: one.owner_id is None)


def templates_in_use(kind: str = "") -> list[Template]:
    rows = Template.objects.filter(retired_at=None)
    return list(rows.filter(kind=kind) if kind else rows)


def template_for(_viewer: User, template_id: int) -> Template:
    """Templates are known to everybody."""
    return Template.objects.get(pk=template_id, retired_at=None)


def suppressions() -> QuerySet[Suppression]:
    return Suppression.objects.filter(lifted_at=None).select_related("by")


def suppression_for(_viewer: User, suppression_id: int) -> Suppression:
    return suppressions().get(pk=suppression_id)


def suppressed_among(addresses: Iterable[str]) -> list[Suppression]:
    """Which of these may not be written to."""
    keys = {email_key(one) or phone_key(one) for one in addresses} - {None}
    return list(suppressions().filter(key__in=keys)) if keys else []


def language_of(contact: Contact | None, otherwise: str) -> str:
    return contact.language if contact is not None and contact.language in ("en", "id") else otherwise
