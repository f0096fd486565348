"""Inviting contacts and colleagues to a planned meeting or call, and taking them off again."""

from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from siklus.cycle.outreach.meetings.actions import CannotInvite, invite_guests, uninvite_guest, why_not
from siklus.cycle.outreach.meetings.models import MeetingGuest
from siklus.cycle.outreach.meetings.queries import colleagues, guest_for, guests_of, invitable
from siklus.cycle.outreach.queries import writes_from
from siklus.desk.pages.activities import page_of
from siklus.desk.pages.answers import REFUSALS, done, form_dialog, opened, refused, viewer, works_deals
from siklus.platform.accounts.models import User
from siklus.platform.mail.models import Mailbox
from siklus.records.activities.actions import edit_activity
from siklus.records.activities.models import Activity
from siklus.records.activities.queries import activity_for
from siklus.records.contacts.models import Contact


class InviteForm(forms.Form):
    contacts = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Contacts"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    colleagues = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Colleagues"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    minutes = forms.IntegerField(label=gettext_lazy("Minutes"), min_value=5, max_value=960, required=False)
    mailbox = forms.TypedChoiceField(
        label=gettext_lazy("From mailbox"), coerce=int, empty_value=None, required=False
    )
    location = forms.CharField(label=gettext_lazy("Place or link"), max_length=500, required=False)
    note = forms.CharField(
        label=gettext_lazy("A word of your own"), required=False, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    def __init__(
        self, *args: Any, people: list[Contact], others: list[User], mailboxes: list[Mailbox], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        choices = {
            "contacts": [(one.pk, f"{one.name} · {one.email}") for one in people],
            "colleagues": [(one.pk, one.name) for one in others],
            "mailbox": [(one.pk, one.address) for one in mailboxes],
        }
        for name, rows in choices.items():
            self.fields[name].choices = rows  # type: ignore[attr-defined]
            if not rows and name != "mailbox":
                del self.fields[name]


@require_http_methods(["GET", "POST"])
@works_deals
def meeting_invite(request: HttpRequest, activity_id: int) -> HttpResponse:
    """Whom, from which mailbox, where and how long. Changes follow by themselves."""
    user, now = viewer(request), timezone.now()
    activity: Activity = opened(activity_for, user, activity_id)
    if reason := why_not(activity, now):
        return refused(request, page_of(activity), CannotInvite(reason))
    asked = {guest.address.lower() for guest in guests_of([activity.pk]).get(activity.pk, [])}
    people = [one for one in invitable(user, activity) if one.email.lower() not in asked]
    others = [one for one in colleagues(user) if one.email.lower() not in asked]
    mailboxes = writes_from(user)
    initial = {
        "contacts": [activity.contact_id], "minutes": round(activity.length.total_seconds() / 60),
        "location": activity.location,
    }  # fmt: skip
    form = InviteForm(
        request.POST or None, people=people, others=others, mailboxes=mailboxes, initial=initial
    )

    def act(values: dict[str, Any]) -> str:
        mailbox = next((one for one in mailboxes if one.pk == values["mailbox"]), None)
        if mailbox is None:
            raise CannotInvite(_("Connect a mailbox under Settings, Mailboxes first."), field="mailbox")
        with transaction.atomic():
            edit_activity(
                activity=activity, minutes=values["minutes"] or activity.minutes, location=values["location"],
                by=user, at=now,
            )  # fmt: skip
            invite_guests(
                activity=activity, mailbox=mailbox, note=values["note"], by=user, at=now,
                contacts=[one for one in people if one.pk in values.get("contacts", [])],
                colleagues=[one for one in others if one.pk in values.get("colleagues", [])],
            )  # fmt: skip
        return _("The invitation is on its way.")

    return form_dialog(
        request, form=form, title=_("Invite to “%(subject)s”") % {"subject": activity.subject}, label=_("Send"), act=act,
        wide=("contacts", "colleagues", "location", "note"),
        text=_("They get an invitation for their calendar. When you change the time or drop it, they are told."),
        back=page_of(activity),
    )  # fmt: skip


@require_POST
@works_deals
def meeting_uninvite(request: HttpRequest, guest_id: int) -> HttpResponse:
    """Take one guest off the meeting."""
    user = viewer(request)
    guest: MeetingGuest = opened(guest_for, user, guest_id)
    back = page_of(guest.invitation.activity)
    try:
        uninvite_guest(guest=guest, by=user, at=timezone.now())
    except REFUSALS as refusal:
        return refused(request, back, refusal)
    return done(request, back, _("%(name)s is not invited any more.") % {"name": guest.name})
