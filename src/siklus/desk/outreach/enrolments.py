"""Who is in a sequence: the panel of a lead or deal, putting its person in, pausing and stopping."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from siklus.cycle.outreach.queries import writes_from
from siklus.cycle.outreach.sequences.enrolling import enrol
from siklus.cycle.outreach.sequences.models import Enrolment
from siklus.cycle.outreach.sequences.queries import enrolment_for, running_on, sequence_for, sequences_for
from siklus.cycle.outreach.sequences.stopping import pause_enrolment, resume_enrolment, stop_enrolment
from siklus.desk.outreach.sequences import ICONS
from siklus.desk.pages.answers import REFUSALS, done, form_dialog, opened, refused, viewer, works_deals
from siklus.platform.accounts.hours import is_on_leave
from siklus.platform.accounts.models import User
from siklus.platform.i18n import formats
from siklus.platform.mail.queries import mailbox_for
from siklus.platform.web.jinja import render
from siklus.records.contacts.models import Contact
from siklus.records.deals.models import Deal
from siklus.records.deals.queries import deal_for


class EnrolForm(forms.Form):
    """Which sequence, who of the deal, and from which mailbox."""

    sequence = forms.ChoiceField(
        label=gettext_lazy("Sequence"), error_messages={"required": gettext_lazy("Choose a sequence.")}
    )
    contact = forms.ChoiceField(label=gettext_lazy("Person"), required=False)
    mailbox = forms.ChoiceField(label=gettext_lazy("From mailbox"), required=False)

    def __init__(self, *args: Any, user: User, people: list[Contact], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["sequence"].choices = [(str(one.pk), one.name) for one in sequences_for(user)]
        fields["contact"].choices = [(str(one.pk), one.name) for one in people]
        fields["mailbox"].choices = [(str(one.pk), one.shown) for one in writes_from(user)]


def people_of(deal: Deal) -> list[Contact]:
    """Everybody on the deal, the main contact first."""
    rows = deal.people.filter(contact__merged_into=None).select_related("contact").order_by("id")
    others = [row.contact for row in rows if row.contact_id != deal.contact_id]
    return [*([deal.contact] if deal.contact else []), *others]


@require_GET
def deal_sequences(request: HttpRequest, deal_id: int) -> HttpResponse:
    """The panel: where the person stands, and what comes next."""
    user, now = viewer(request), timezone.now()
    deal: Deal = opened(deal_for, user, deal_id)
    rows = [
        (one, is_on_leave(one.rep, now.astimezone(one.rep.zone).date())) for one in running_on(user, deal.pk)
    ]
    names = {
        "deal": deal, "rows": rows, "can_change": user.can_work_deals, "icons": ICONS, "now": now,
        "can_enrol": user.can_work_deals and deal.is_open and not any(one.is_running for one, _away in rows),
    }  # fmt: skip
    return render(request, "desk/outreach/_sequences.html", names)


@require_http_methods(["GET", "POST"])
@works_deals
def enrol_new(request: HttpRequest, deal_id: int) -> HttpResponse:
    user = viewer(request)
    deal: Deal = opened(deal_for, user, deal_id)
    people = people_of(deal)
    form = EnrolForm(request.POST or None, user=user, people=people)

    def act(values: dict[str, Any]) -> str:
        chosen = next((one for one in people if str(one.pk) == values["contact"]), None)
        made = enrol(
            sequence=opened(sequence_for, user, values["sequence"]), deal=deal, contact=chosen,
            mailbox=opened(mailbox_for, user, values["mailbox"]) if values["mailbox"] else None, by=user,
            at=timezone.now(),
        )  # fmt: skip
        assert made.due_at is not None
        return _("%(name)s is in. The first step is due %(when)s.") % {
            "name": made.contact.name, "when": formats.moment(made.due_at),
        }  # fmt: skip

    return form_dialog(
        request, form=form, title=_("Put into a sequence"), label=_("Begin"), act=act,
        back=reverse("desk:deal", args=[deal.pk]), wide=("sequence",),
        text=_("It stops by itself when they answer, book a meeting or opt out, when mail comes back, and when the deal "
               "is closed."),
    )  # fmt: skip


VERBS: dict[str, Any] = {
    "pause": (pause_enrolment, gettext_lazy("The sequence rests until you resume it.")),
    "resume": (resume_enrolment, gettext_lazy("The sequence goes on.")),
    "stop": (stop_enrolment, gettext_lazy("The sequence is stopped. Nothing more leaves.")),
}


@require_POST
@works_deals
def enrolment_change(request: HttpRequest, enrolment_id: int, verb: str) -> HttpResponse:
    """Pause, resume or stop."""
    user = viewer(request)
    one: Enrolment = opened(enrolment_for, user, enrolment_id)
    act, text = VERBS[verb]
    back = reverse("desk:deal", args=[one.deal_id])
    try:
        act(enrolment=one, by=user, at=timezone.now())
    except REFUSALS as refusal:
        return refused(request, back, refusal)
    return done(request, back, str(text))
