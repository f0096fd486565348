"""Conversations: all that one may read, one of them, and those of a record."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from siklus.cycle.outreach.actions import show_thread, tie_thread
from siklus.cycle.outreach.models import Thread
from siklus.cycle.outreach.queries import (
    message_for,
    messages_of,
    thread_for,
    threads_for,
    with_last_message,
    writes_from,
)
from siklus.desk.pages.activities import DOORS
from siklus.desk.pages.answers import REFUSALS, done, form_dialog, opened, refused, viewer, works_deals
from siklus.platform.files.store import path_of
from siklus.platform.mail.models import Reading
from siklus.platform.mail.parse import content, file_name, is_file, leaves, message_of
from siklus.platform.web.jinja import render
from siklus.records.contacts.queries import contact_for, contacts_for, same_contacts
from siklus.records.deals.queries import deal_for, deals_for

MOST, ON_RECORD = 100, 5


@require_GET
def mail(request: HttpRequest) -> HttpResponse:
    """Conversations that wait for us, that wait for them, that belong to nobody yet."""
    user = viewer(request)
    rows, here, show = threads_for(user), reverse("desk:mail"), request.GET.get("show", "")
    nobodys = rows.filter(contact=None)
    known = rows.exclude(contact=None)
    lists = {
        "": known.filter(last_is_ours=False),
        "theirs": known.filter(last_is_ours=True),
        "nobody": nobodys,
    }
    show = show if show in lists else ""
    labels = {"": _("Wait for us"), "theirs": _("Wait for them"), "nobody": _("Nobody's yet")}
    tabs = [
        {
            "label": label, "href": f"{here}?show={key}" if key else here, "current": key == show,
            "count": lists[key].count(),
        }
        for key, label in labels.items()
    ]  # fmt: skip
    found = with_last_message(lists[show], limit=MOST)
    names = {
        "tabs_shown": tabs, "show": show, "threads": found, "now": timezone.now(),
        "has_mailbox": bool(writes_from(user)), "can_change": user.can_work_deals,
    }  # fmt: skip
    return render(request, "desk/outreach/mail.html", names)


@require_GET
def thread(request: HttpRequest, thread_id: int) -> HttpResponse:
    """One conversation, the newest mail open."""
    user = viewer(request)
    one: Thread = opened(thread_for, user, thread_id)
    messages = messages_of(one)
    names: dict[str, Any] = {
        "thread": one, "messages": messages, "now": timezone.now(), "can_change": user.can_work_deals,
        "decides": one.mailbox.owner_id == user.pk, "readings": Reading.choices,
        "answerable": _answerable(one, messages) if user.can_work_deals else 0,
        "sees_contact": contacts_for(user).filter(pk=one.contact_id or 0).exists(),
        "sees_deal": deals_for(user).filter(pk=one.deal_id or 0).exists(),
    }  # fmt: skip
    return render(request, "desk/outreach/thread.html", names)


def _answerable(one: Thread, messages: list[Any]) -> int:
    """The message that an answer would follow; 0 when there is nobody to write to."""
    if one.contact_id is None:
        return 0
    last = [message for message in messages if not message.is_ours] or messages
    return last[-1].pk if last else 0


@require_GET
def record_mail(request: HttpRequest, kind: str, record_id: int) -> HttpResponse:
    """The panel on a record's page."""
    if kind not in DOORS:
        raise Http404
    user = viewer(request)
    record = opened(DOORS[kind], user, record_id)
    contact = record if kind == "contact" else record.contact if kind == "deal" else None
    rows = threads_for(user).filter(**{f"{kind}_id": record.pk})
    found = with_last_message(rows, limit=ON_RECORD + 1)
    write = ""
    if contact is not None and contact.email and user.can_work_deals:
        deal = f"&deal={record.pk}" if kind == "deal" else ""
        write = reverse("desk:mail_new") + f"?contact={contact.pk}{deal}"
    names = {
        "threads": found[:ON_RECORD], "has_more": len(found) > ON_RECORD, "write": write,
        "has_mailbox": bool(writes_from(user)), "now": timezone.now(), "kind": kind,
    }  # fmt: skip
    return render(request, "desk/outreach/_record.html", names)


class TieForm(forms.Form):
    """To whom and to which deal it belongs."""

    contact = forms.IntegerField(label=gettext_lazy("Person"), required=False)
    deal = forms.IntegerField(label=gettext_lazy("Lead or deal"), required=False)


@require_http_methods(["GET", "POST"])
@works_deals
def thread_tie(request: HttpRequest, thread_id: int) -> HttpResponse:
    user = viewer(request)
    one: Thread = opened(thread_for, user, thread_id)
    form = TieForm(request.POST or None)

    def act(values: dict[str, Any]) -> str:
        contact = opened(contact_for, user, values["contact"]) if values["contact"] else None
        deal = opened(deal_for, user, values["deal"]) if values["deal"] else None
        tied = tie_thread(thread=one, contact=contact, deal=deal, by=user, at=timezone.now())
        return _("It belongs to %(name)s now.") % {"name": tied.deal or tied.contact or _("nobody")}

    from_address = next(
        (m.received.from_address for m in messages_of(one) if m.received and not m.is_ours), ""
    )
    same = same_contacts(emails=[from_address]) if from_address else []
    return form_dialog(
        request, form=form, title=_("Where does “%(subject)s” belong?") % {"subject": one.subject},
        label=_("Save"), act=act, back=reverse("desk:thread", args=[one.pk]),
        template="desk/outreach/_tie.html",
        names={"thread": one, "from_address": from_address, "is_known": bool(same)},
    )  # fmt: skip


@require_POST
def thread_show(request: HttpRequest, thread_id: int) -> HttpResponse:
    """The owner of the mailbox decides who reads it."""
    user = viewer(request)
    one: Thread = opened(thread_for, user, thread_id)
    back = reverse("desk:thread", args=[one.pk])
    try:
        changed = show_thread(thread=one, reading=request.POST.get("reading", ""), by=user, at=timezone.now())
    except REFUSALS as refusal:
        return refused(request, back, refusal)
    text = (
        _("Only you read this conversation now.")
        if changed.reading == Reading.OWNER
        else _("Whoever sees the record reads this conversation now.")
    )
    return done(request, back, text)


@require_GET
def mail_file(request: HttpRequest, message_id: int, place: int) -> HttpResponse:
    """A file that came with a mail, or the mail itself (0): a download only, never a page of ours."""
    message = opened(message_for, viewer(request), message_id)
    if message.received is None or not path_of(message.received.digest).exists():
        raise Http404
    raw = path_of(message.received.digest).read_bytes()
    name, body = "mail.eml", raw
    if place:
        files = [part for part in leaves(message_of(raw)) if is_file(part)]
        if place > len(files):
            raise Http404
        name, body = file_name(files[place - 1]) or "file", content(files[place - 1])
    response = HttpResponse(body, content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response
