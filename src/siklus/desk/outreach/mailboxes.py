"""Mailboxes: one's own, and for operations all of them; how far each was read, and what did not leave."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from siklus.desk.pages.answers import done, form_dialog, opened, refused, viewer, works_deals
from siklus.desk.settings.views.shared import BOTH, subjects
from siklus.platform.accounts.models import User
from siklus.platform.mail.actions import MailRefused, add_mailbox, edit_mailbox, retire_mailbox
from siklus.platform.mail.models import Mailbox, Outgoing, Reading, Security, Skipped, Way, Why
from siklus.platform.mail.queries import kept_mailbox_for, kept_mailboxes
from siklus.platform.mail.sending import send_again
from siklus.platform.mail.tasks import fetch
from siklus.platform.web.jinja import render

PASSWORDS = ("smtp_password", "imap_password")
STUCK = (Outgoing.State.FAILED, Outgoing.State.UNCERTAIN)


def _password(label: Any, help_text: Any) -> forms.CharField:
    return forms.CharField(
        label=label, required=False, max_length=500, strip=False, help_text=help_text,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip


class MailboxForm(forms.Form):
    """An address, the server that sends for it and the one that is read."""

    address = forms.CharField(label=gettext_lazy("E-mail address"), max_length=254)
    from_name = forms.CharField(label=gettext_lazy("Name that others see"), max_length=120, required=False)
    owner = forms.ChoiceField(label=gettext_lazy("Belongs to"), required=False)
    reading = forms.ChoiceField(
        label=gettext_lazy("Who reads what is kept"), choices=Reading.choices, initial=Reading.RECORD
    )
    signature = forms.CharField(
        label=gettext_lazy("Signature"), required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Stands below every mail that is written here."),
    )  # fmt: skip
    way = forms.ChoiceField(label=gettext_lazy("Mail leaves by"), choices=Way.choices, initial=Way.SMTP)
    smtp_host = forms.CharField(label=gettext_lazy("SMTP server"), max_length=253, required=False)
    smtp_port = forms.IntegerField(label=gettext_lazy("SMTP port"), initial=587)
    smtp_security = forms.ChoiceField(
        label=gettext_lazy("Encryption when sending"), choices=Security.choices, initial=Security.STARTTLS
    )
    smtp_user = forms.CharField(label=gettext_lazy("Name at the SMTP server"), max_length=254, required=False)
    smtp_password = _password(
        gettext_lazy("Password or provider's key"), gettext_lazy("Empty keeps the one that is known.")
    )
    imap_host = forms.CharField(
        label=gettext_lazy("IMAP server"), max_length=253, required=False,
        help_text=gettext_lazy("Empty if this address only sends."),
    )  # fmt: skip
    imap_port = forms.IntegerField(label=gettext_lazy("IMAP port"), initial=993)
    imap_security = forms.ChoiceField(
        label=gettext_lazy("Encryption when reading"), choices=Security.choices, initial=Security.SSL
    )
    imap_user = forms.CharField(
        label=gettext_lazy("Name at the IMAP server"), max_length=254, required=False,
        help_text=gettext_lazy("Empty if it is the address."),
    )  # fmt: skip
    imap_password = _password(
        gettext_lazy("IMAP password"), gettext_lazy("Empty keeps the one that is known.")
    )
    read_since = forms.DateField(
        label=gettext_lazy("Read mail since"), required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip
    plus_replies = forms.BooleanField(
        label=gettext_lazy("Answers come to name+mark@… (if your server delivers such addresses)"),
        required=False,
    )

    def __init__(self, *args: Any, people: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["owner"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = people

    def values(self, by: User, before: date | None) -> dict[str, Any]:
        found = dict(self.cleaned_data)
        owner = found.pop("owner")
        found["owner"] = User.objects.get(pk=owner) if owner else (None if by.can_run_operations else by)
        if not found["read_since"]:
            found.pop("read_since")
            if before is not None:
                found["read_since"] = before
        return found


def back() -> str:
    return reverse("desk:settings_mailboxes")


def _owners(user: User) -> list[tuple[str, str]]:
    if not user.can_run_operations:
        return [(str(user.pk), user.name)]
    people = User.objects.filter(is_active=True).values_list("pk", "name")
    return [("", _("Everybody: shared")), *((str(pk), name) for pk, name in people)]


def _why(boxes: list[Mailbox]) -> dict[int, list[tuple[str, int]]]:
    """Why mail was skipped, folder by folder."""
    rows = Skipped.objects.filter(folder__mailbox__in=boxes).values_list("folder_id", "why")
    found: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for folder, why, count in rows.annotate(count=Count("pk")).order_by("folder_id", "why"):
        found[folder].append((str(Why(why).label), count))
    return found


@require_GET
@works_deals
def mailboxes(request: HttpRequest) -> HttpResponse:
    user = viewer(request)
    rows = kept_mailboxes()
    if not user.can_run_operations:
        rows = rows.filter(owner=user)
    boxes = list(rows)
    stuck: dict[int, list[Outgoing]] = defaultdict(list)
    for one in Outgoing.objects.filter(mailbox__in=boxes, state__in=STUCK).order_by("-id")[:50]:
        stuck[one.mailbox_id].append(one)
    names = {
        "here": "mailboxes", "subjects": subjects(request), "boxes": boxes, "why": _why(boxes),
        "stuck": stuck, "now": timezone.now(),
    }  # fmt: skip
    return render(request, "desk/outreach/mailboxes.html", names)


@require_http_methods(BOTH)
@works_deals
def mailbox_new(request: HttpRequest) -> HttpResponse:
    user = viewer(request)
    first = {"owner": str(user.pk), "address": user.email, "from_name": user.name}
    form = MailboxForm(request.POST or None, initial=first, people=_owners(user))

    def act(_values: dict[str, Any]) -> str:
        made = add_mailbox(by=user, at=timezone.now(), **form.values(user, None))
        return _("%(address)s is connected.") % {"address": made.address}

    return _dialog(request, form, _("Connect a mailbox"), _("Connect"), act)


@require_http_methods(BOTH)
@works_deals
def mailbox_edit(request: HttpRequest, mailbox_id: int) -> HttpResponse:
    user = viewer(request)
    box: Mailbox = opened(kept_mailbox_for, user, mailbox_id)
    keys = [name for name in MailboxForm.base_fields if name not in (*PASSWORDS, "owner")]
    first = {name: getattr(box, name) for name in keys} | {"owner": str(box.owner_id or "")}
    form = MailboxForm(request.POST or None, initial=first, people=_owners(user))

    def act(_values: dict[str, Any]) -> str:
        edit_mailbox(mailbox=box, by=user, at=timezone.now(), **form.values(user, box.read_since))
        return _("%(address)s is changed.") % {"address": box.address}

    return _dialog(request, form, box.address, _("Save"), act)


def _dialog(
    request: HttpRequest, form: MailboxForm, title: str, label: str, act: Callable[[dict[str, Any]], str]
) -> HttpResponse:
    return form_dialog(
        request, form=form, title=title, label=label, act=act, back=back(),
        template="desk/outreach/_mailbox.html",
        text=_("Passwords are kept sealed. For Gmail and Microsoft 365, use an app password."),
    )  # fmt: skip


@require_POST
@works_deals
def mailbox_retire(request: HttpRequest, mailbox_id: int) -> HttpResponse:
    box: Mailbox = opened(kept_mailbox_for, viewer(request), mailbox_id)
    retire_mailbox(mailbox=box, by=viewer(request), at=timezone.now())
    return done(request, back(), _("%(address)s is disconnected. Its mail stays.") % {"address": box.address})


@require_POST
@works_deals
def mailbox_read(request: HttpRequest, mailbox_id: int) -> HttpResponse:
    """Look into it now, not in two minutes."""
    box: Mailbox = opened(kept_mailbox_for, viewer(request), mailbox_id)
    if box.receives:
        fetch.enqueue(box.pk)
    return done(request, back(), _("%(address)s is being read.") % {"address": box.address})


@require_POST
@works_deals
def mail_again(request: HttpRequest, mailbox_id: int, mail_id: int) -> HttpResponse:
    """Somebody decides that a mail shall be tried once more."""
    user = viewer(request)
    box: Mailbox = opened(kept_mailbox_for, user, mailbox_id)
    mail = opened(lambda _who, pk: box.outgoing.get(pk=pk), user, mail_id)
    try:
        send_again(mail=mail, by=user, at=timezone.now())
    except MailRefused as refusal:
        return refused(request, back(), refusal)
    return done(request, back(), _("“%(subject)s” is tried again.") % {"subject": mail.subject})
