"""What a person said about being written to: per address and in words, and noting what they say now."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from siklus.cycle.outreach.actions import give_consent, withdraw_consent
from siklus.cycle.outreach.gates import rules
from siklus.cycle.outreach.models import Channel
from siklus.cycle.outreach.sequences.queries import standing_of
from siklus.desk.pages.answers import form_dialog, opened, viewer, works_deals
from siklus.platform.web.jinja import render
from siklus.records.contacts.models import Contact
from siklus.records.contacts.queries import contact_for

SOURCES = (
    ("call", gettext_lazy("On the phone")),
    ("meeting", gettext_lazy("At a meeting")),
    ("email", gettext_lazy("By e-mail")),
    ("whatsapp", gettext_lazy("By WhatsApp")),
    ("paper", gettext_lazy("On paper")),
    ("event", gettext_lazy("At an event")),
    ("other", gettext_lazy("Otherwise")),
)


class ConsentForm(forms.Form):
    """What they said, how, and in which words."""

    answer = forms.ChoiceField(
        label=gettext_lazy("They say"),
        choices=(
            ("given", gettext_lazy("Yes, machines may write to me")),
            ("withdrawn", gettext_lazy("No, not any more")),
        ),
    )
    channel = forms.ChoiceField(label=gettext_lazy("About"), choices=Channel.choices, required=False)
    source = forms.ChoiceField(label=gettext_lazy("How they said it"), choices=SOURCES)
    words = forms.CharField(
        label=gettext_lazy("In which words"), max_length=3800, widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
    )  # fmt: skip


@require_GET
def contact_consent(request: HttpRequest, contact_id: int) -> HttpResponse:
    """The panel on the person's page."""
    user = viewer(request)
    contact: Contact = opened(contact_for, user, contact_id)
    names = {
        "contact": contact, "standing": standing_of(contact), "can_change": user.can_work_deals, "rules": rules(),
    }  # fmt: skip
    return render(request, "desk/outreach/_consent.html", names)


@require_http_methods(["GET", "POST"])
@works_deals
def consent_new(request: HttpRequest, contact_id: int) -> HttpResponse:
    """Note it."""
    user = viewer(request)
    contact: Contact = opened(contact_for, user, contact_id)
    form = ConsentForm(request.POST or None)

    def act(values: dict[str, Any]) -> str:
        how = str(dict(SOURCES)[values["source"]])
        words = f"{how}: {values['words'].strip()}" if values["words"].strip() else how
        if values["answer"] == "given":
            give_consent(
                contact=contact,
                words=words,
                channel=values["channel"] or Channel.EMAIL,
                by=user,
                at=timezone.now(),
            )
            return _("Noted: %(name)s may be written to.") % {"name": contact.name}
        withdraw_consent(
            contact=contact,
            words=words,
            channel=values["channel"] or Channel.EMAIL,
            by=user,
            at=timezone.now(),
        )
        return _("Noted: sequences and campaigns write to %(name)s no more.") % {"name": contact.name}

    return form_dialog(
        request, form=form, title=_("What does %(name)s say?") % {"name": contact.name}, label=_("Note it"), act=act,
        back=reverse("desk:contact", args=[contact.pk]), wide=("words",),
    )  # fmt: skip
