"""Inviting the guest of a demo by mail."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from siklus.cycle.demos.actions import CannotChangeDemo, invite_to_demo
from siklus.cycle.demos.models import Demo
from siklus.cycle.demos.queries import demo_for
from siklus.cycle.outreach.queries import writes_from
from siklus.desk.pages.answers import form_dialog, opened, viewer, works_deals
from siklus.platform.mail.models import Mailbox
from siklus.records.contacts.models import Contact


class InviteForm(forms.Form):
    contact = forms.TypedChoiceField(
        label=gettext_lazy("Guest"), coerce=int, empty_value=None, required=False
    )
    mailbox = forms.TypedChoiceField(
        label=gettext_lazy("From mailbox"), coerce=int, empty_value=None, required=False
    )
    note = forms.CharField(
        label=gettext_lazy("A word of your own"), required=False, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip

    def __init__(self, *args: Any, guests: list[Contact], mailboxes: list[Mailbox], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [(one.pk, f"{one.name} · {one.email or _('no e-mail address')}") for one in guests]
        self.fields["contact"].choices = people  # type: ignore[attr-defined]
        self.fields["mailbox"].choices = [(one.pk, one.address) for one in mailboxes]  # type: ignore[attr-defined]


def _guests(demo: Demo) -> list[Contact]:
    """The contact of the deal first, then the others on it."""
    found = {demo.deal.contact_id: demo.deal.contact} if demo.deal.contact else {}
    for row in demo.deal.people.filter(contact__merged_into=None).select_related("contact"):
        found.setdefault(row.contact_id, row.contact)
    return [one for one in found.values() if one is not None]


@require_http_methods(["GET", "POST"])
@works_deals
def demo_invite(request: HttpRequest, demo_id: int) -> HttpResponse:
    """To whom, from which mailbox, with what word. Changes follow by themselves."""
    user = viewer(request)
    demo: Demo = opened(demo_for, user, demo_id)
    guests, mailboxes = _guests(demo), writes_from(user)
    form = InviteForm(request.POST or None, guests=guests, mailboxes=mailboxes)

    def act(values: dict[str, Any]) -> str:
        contact = next((one for one in guests if one.pk == values["contact"]), None)
        mailbox = next((one for one in mailboxes if one.pk == values["mailbox"]), None)
        if contact is None:
            raise CannotChangeDemo(_("Name a contact on the deal first."), field="contact")
        if mailbox is None:
            raise CannotChangeDemo(_("Connect a mailbox under Settings, Mailboxes first."), field="mailbox")
        invite_to_demo(
            demo=demo, contact=contact, mailbox=mailbox, note=values["note"], by=user, at=timezone.now()
        )
        return _("The invitation to %(name)s is on its way.") % {"name": contact.name}

    return form_dialog(
        request, form=form, title=_("Invite to the demo"), label=_("Send"), act=act, wide=("note",),
        text=_("They get a calendar invitation and a reminder a day before. When you move or cancel, they are told."),
        back=reverse("desk:demo", args=[demo.pk]),
    )  # fmt: skip
