"""Sequences: the list with what came of them, and the page of one with its steps and the people in it."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from siklus.cycle.outreach.models import Template
from siklus.cycle.outreach.queries import templates_in_use
from siklus.cycle.outreach.sequences.editing import (
    add_sequence,
    add_step,
    archive_sequence,
    edit_sequence,
    edit_step,
    may_edit,
    place_step,
    remove_step,
    steps_of,
)
from siklus.cycle.outreach.sequences.models import Sequence, SequenceStep, StepChannel
from siklus.cycle.outreach.sequences.queries import (
    Counts,
    counts_of,
    enrolments_for,
    sequence_for,
    sequences_for,
    step_for,
)
from siklus.desk.pages.answers import REFUSALS, done, form_dialog, opened, refused, viewer, works_deals
from siklus.insight.sequences import is_enough, reply_rate, step_rate
from siklus.platform.accounts.models import User
from siklus.platform.web.jinja import render
from siklus.records.fields.record import Refused

SHOWN = 50
BOTH = ["GET", "POST"]
ICONS = {"email": "email", "email_task": "edit", "call": "call", "chat": "whatsapp",
         "whatsapp": "whatsapp", "linkedin": "link", "task": "task"}  # fmt: skip
LANGUAGES = (("en", "English"), ("id", "Bahasa Indonesia"))


class SequenceForm(forms.Form):
    """Name, language, whose it is."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    language = forms.ChoiceField(label=gettext_lazy("Language of the mails"), choices=LANGUAGES)
    is_shared = forms.BooleanField(label=gettext_lazy("Everybody may use it"), required=False)


class StepForm(forms.Form):
    """What happens, after how many working days, with which words."""

    channel = forms.ChoiceField(label=gettext_lazy("What happens"), choices=StepChannel.choices)
    wait = forms.IntegerField(
        label=gettext_lazy("Working days after the step before"), min_value=0, max_value=250,
        help_text=gettext_lazy("Weekends, public holidays and the leave of the rep are not counted."),
    )  # fmt: skip
    template = forms.ChoiceField(
        label=gettext_lazy("Template"), required=False,
        help_text=gettext_lazy("What leaves by itself needs one; for tasks it is a suggestion."),
    )  # fmt: skip
    title = forms.CharField(label=gettext_lazy("Name of the step"), max_length=120, required=False)
    instructions = forms.CharField(
        label=gettext_lazy("What to do"), max_length=4000, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(str(one.pk), f"{one.name} ({one.get_kind_display()})") for one in templates_in_use()]
        self.fields["template"].choices = [("", _("None")), *offered]  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        given = self.cleaned_data
        chosen = Template.objects.filter(pk=given["template"]).first() if given["template"] else None
        return {**given, "template": chosen}


def back_to(sequence: Sequence) -> str:
    return reverse("desk:sequence", args=[sequence.pk])


def edited(user: User, sequence: Sequence) -> Sequence:
    """A sequence that this person may change. Raises Refused."""
    if not may_edit(user, sequence):
        raise Refused(_("Shared sequences are changed by managers, marketing and operations."))
    return sequence


@require_GET
@works_deals
def sequences(request: HttpRequest) -> HttpResponse:
    user = viewer(request)
    found = list(sequences_for(user).prefetch_related("steps"))
    counts = counts_of(user, [one.pk for one in found])
    rows = []
    for one in found:
        counted = counts.get(one.pk, Counts())
        rate = reply_rate(counted)
        steps = [step for step in one.steps.all() if step.removed_at is None]
        rows.append((one, steps, counted, rate, is_enough(rate)))
    names = {"rows": rows, "icons": ICONS}
    return render(request, "desk/outreach/sequences.html", names)


@require_GET
@works_deals
def sequence(request: HttpRequest, sequence_id: int) -> HttpResponse:
    user = viewer(request)
    one: Sequence = opened(sequence_for, user, sequence_id)
    counts = counts_of(user, [one.pk], steps=True).get(one.pk, Counts())
    steps = []
    for step in steps_of(one):
        rate = step_rate(counts, step.pk)
        steps.append((step, counts.sent.get(step.pk, 0), rate, is_enough(rate)))
    people = list(enrolments_for(user).filter(sequence=one)[: SHOWN + 1])
    rate = reply_rate(counts)
    names = {
        "sequence": one, "steps": steps, "counts": counts, "rate": rate, "rate_enough": is_enough(rate), "icons": ICONS,
        "people": people[:SHOWN], "has_more": len(people) > SHOWN, "can_edit": may_edit(user, one),
        "now": timezone.now(),
    }  # fmt: skip
    return render(request, "desk/outreach/sequence.html", names)


@require_http_methods(BOTH)
@works_deals
def sequence_new(request: HttpRequest) -> HttpResponse:
    user = viewer(request)
    language = user.language if user.language in ("en", "id") else "en"
    form = SequenceForm(request.POST or None, initial={"language": language})

    def act(values: dict[str, Any]) -> HttpResponse:
        owner = _owner(user, values["is_shared"])
        made = add_sequence(
            name=values["name"], language=values["language"], owner=owner, by=user, at=timezone.now()
        )
        return done(request, back_to(made), _("Now add its steps."))

    return form_dialog(
        request, form=form, title=_("New sequence"), label=_("Begin"), act=act, back=reverse("desk:sequences"),
        wide=("name", "is_shared"),
    )  # fmt: skip


def _owner(user: User, is_shared: bool) -> User | None:
    if not is_shared:
        return user
    if not may_edit(user, Sequence(owner=None)):
        raise Refused(
            _("Shared sequences are changed by managers, marketing and operations."), field="is_shared"
        )
    return None


@require_http_methods(BOTH)
@works_deals
def sequence_edit(request: HttpRequest, sequence_id: int) -> HttpResponse:
    user = viewer(request)
    one: Sequence = opened(sequence_for, user, sequence_id)
    initial = {"name": one.name, "language": one.language, "is_shared": one.owner_id is None}
    form = SequenceForm(request.POST or None, initial=initial)

    def act(values: dict[str, Any]) -> str:
        keeps = values["is_shared"] == (one.owner_id is None)
        owner = one.owner if keeps else _owner(user, values["is_shared"])
        edit_sequence(
            sequence=edited(user, one), name=values["name"], language=values["language"], owner=owner, by=user,
            at=timezone.now(),
        )  # fmt: skip
        return _("The sequence is changed.")

    return form_dialog(
        request,
        form=form,
        title=one.name,
        label=_("Save"),
        act=act,
        back=back_to(one),
        wide=("name", "is_shared"),
    )


@require_POST
@works_deals
def sequence_archive(request: HttpRequest, sequence_id: int) -> HttpResponse:
    user = viewer(request)
    one: Sequence = opened(sequence_for, user, sequence_id)
    try:
        archive_sequence(sequence=edited(user, one), by=user, at=timezone.now())
    except REFUSALS as refusal:
        return refused(request, back_to(one), refusal)
    return done(request, reverse("desk:sequences"), _("%(name)s is archived.") % {"name": one.name})


@require_http_methods(BOTH)
@works_deals
def step_new(request: HttpRequest, sequence_id: int) -> HttpResponse:
    user = viewer(request)
    one: Sequence = opened(sequence_for, user, sequence_id)
    form = StepForm(request.POST or None, initial={"wait": 2 if one.steps.exists() else 0})

    def act(_values: dict[str, Any]) -> str:
        step = add_step(sequence=edited(user, one), by=user, at=timezone.now(), **form.values())
        return _("“%(name)s” is added.") % {"name": step}

    return _step_dialog(request, form, _("Add a step"), _("Add"), act, one)


@require_http_methods(BOTH)
@works_deals
def step_edit(request: HttpRequest, step_id: int) -> HttpResponse:
    user = viewer(request)
    step: SequenceStep = opened(step_for, user, step_id)
    initial = {name: getattr(step, name) for name in ("channel", "wait", "title", "instructions")}
    form = StepForm(request.POST or None, initial={**initial, "template": step.template_id or ""})
    if step.template is not None and step.template.retired_at is not None:
        form.fields["template"].choices.append((str(step.template_id), step.template.name))  # type: ignore[attr-defined]

    def act(_values: dict[str, Any]) -> str:
        edited(user, step.sequence)
        changed = edit_step(step=step, by=user, at=timezone.now(), **form.values())
        return _("“%(name)s” is changed for all who have not done it yet.") % {"name": changed}

    return _step_dialog(request, form, str(step), _("Save"), act, step.sequence)


def _step_dialog(
    request: HttpRequest, form: StepForm, title: str, label: str, act: Any, one: Sequence
) -> HttpResponse:
    return form_dialog(
        request, form=form, title=title, label=label, act=act, back=back_to(one), wide=("instructions",)
    )


@require_POST
@works_deals
def step_place(request: HttpRequest, step_id: int) -> HttpResponse:
    """One place up or down."""
    user = viewer(request)
    step: SequenceStep = opened(step_for, user, step_id)
    order = [one.pk for one in steps_of(step.sequence)]
    by = -1 if request.POST.get("to") == "up" else 1
    try:
        edited(user, step.sequence)
        place_step(step=step, place=max(0, order.index(step.pk) + by), by=user, at=timezone.now())
    except REFUSALS as refusal:
        return refused(request, back_to(step.sequence), refusal)
    return redirect(back_to(step.sequence))


@require_POST
@works_deals
def step_remove(request: HttpRequest, step_id: int) -> HttpResponse:
    user = viewer(request)
    step: SequenceStep = opened(step_for, user, step_id)
    try:
        edited(user, step.sequence)
        remove_step(step=step, by=user, at=timezone.now())
    except REFUSALS as refusal:
        return refused(request, back_to(step.sequence), refusal)
    text = _("“%(name)s” is removed. Who waited for it goes on with the next step.") % {"name": step}
    return done(request, back_to(step.sequence), text)
