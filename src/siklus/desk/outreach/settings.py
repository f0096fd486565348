"""Settings of outreach: templates in both languages, who may not be written to, and the rules for all mail."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from siklus.cycle.outreach.actions import (
    add_template,
    edit_template,
    lift_suppression,
    retire_template,
    set_rules,
    suppress,
)
from siklus.cycle.outreach.gates import rules
from siklus.cycle.outreach.liquid import EXAMPLE, CannotRender, render
from siklus.cycle.outreach.models import LANGUAGES, Suppression, Template
from siklus.cycle.outreach.queries import suppression_for, suppressions, template_for, templates_in_use
from siklus.desk.pages.answers import (
    REFUSALS,
    done,
    form_dialog,
    opened,
    refused,
    runs_operations,
    viewer,
    works_deals,
)
from siklus.desk.settings.views.shared import BOTH, subjects
from siklus.platform.web.jinja import render as page

PARTS = ("subject", "text")
WORDS = [f"{what}.{key}" for what, keys in EXAMPLE.items() for key in keys]
MOST = 200
APPROVED = gettext_lazy("WhatsApp only. With its code where that differs: hello/en_US")
BLANKS = gettext_lazy("WhatsApp only. One line for each blank, in their order: {{ contact.first_name }}")


class TemplateForm(forms.Form):
    """A name, and subject and text in each language."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    kind = forms.ChoiceField(label=gettext_lazy("For"), choices=Template.Kind.choices)
    subject_en = forms.CharField(label=gettext_lazy("Subject (EN)"), max_length=250, required=False)
    subject_id = forms.CharField(label=gettext_lazy("Subject (ID)"), max_length=250, required=False)
    text_en = forms.CharField(
        label=gettext_lazy("Text (EN)"), required=False, max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 9, "lang": "en"}),
    )  # fmt: skip
    text_id = forms.CharField(
        label=gettext_lazy("Text (ID)"), required=False, max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 9, "lang": "id"}),
    )  # fmt: skip
    approved_en = forms.CharField(
        label=gettext_lazy("Approved name at WhatsApp (EN)"),
        max_length=512,
        required=False,
        help_text=APPROVED,
    )
    approved_id = forms.CharField(
        label=gettext_lazy("Approved name at WhatsApp (ID)"),
        max_length=512,
        required=False,
        help_text=APPROVED,
    )
    values_en = forms.CharField(
        label=gettext_lazy("What fills its blanks (EN)"), required=False, max_length=4000, help_text=BLANKS,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    values_id = forms.CharField(
        label=gettext_lazy("What fills its blanks (ID)"), required=False, max_length=4000, help_text=BLANKS,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def words(self) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        for language in LANGUAGES:
            given = {part: self.cleaned_data[f"{part}_{language}"] for part in PARTS}
            name, _slash, code = self.cleaned_data[f"approved_{language}"].strip().partition("/")
            values = self.cleaned_data[f"values_{language}"].splitlines()
            found[language] = {**given, "approved": name, "code": code, "values": values}
        return found


def _approved(words: dict[str, Any]) -> dict[str, str]:
    """How the form shows what WhatsApp approved."""
    name, code = words.get("approved", ""), words.get("code", "")
    return {"approved": f"{name}/{code}" if code else name, "values": "\n".join(words.get("values", []))}


def back() -> str:
    return reverse("desk:settings_templates")


def _example(template: Template) -> str:
    """How a template reads, for the list."""
    language = template.languages[0] if template.languages else "en"
    try:
        return render(template.said("text", language), EXAMPLE)
    except CannotRender as refusal:
        return refusal.message


@require_GET
@runs_operations
def templates(request: HttpRequest) -> HttpResponse:
    rows = [(one, _example(one)) for one in templates_in_use()]
    names = {"here": "templates", "subjects": subjects(request), "templates": rows}
    return page(request, "desk/outreach/templates.html", names)


@require_http_methods(BOTH)
@runs_operations
def template_new(request: HttpRequest) -> HttpResponse:
    form = TemplateForm(request.POST or None)

    def act(values: dict[str, Any]) -> str:
        made = add_template(
            name=values["name"],
            kind=values["kind"],
            words=form.words(),
            by=viewer(request),
            at=timezone.now(),
        )
        return _("The template %(name)s is added.") % {"name": made.name}

    return _dialog(request, form, _("Add a template"), _("Add"), act)


@require_http_methods(BOTH)
@runs_operations
def template_edit(request: HttpRequest, template_id: int) -> HttpResponse:
    one: Template = opened(template_for, viewer(request), template_id)
    initial = {
        f"{part}_{language}": one.words.get(language, {}).get(part, "")
        for part in PARTS
        for language in LANGUAGES
    }
    for language in LANGUAGES:
        shown = _approved(one.words.get(language, {}))
        initial |= {f"{key}_{language}": value for key, value in shown.items()}
    form = TemplateForm(
        request.POST or None, initial={**initial, "name": one.name, "kind": one.kind, "version": one.version}
    )
    form.fields["kind"].disabled = True

    def act(values: dict[str, Any]) -> str:
        changed = edit_template(
            template=one, name=values["name"], words=form.words(), by=viewer(request), at=timezone.now(),
            expected_version=values["version"],
        )  # fmt: skip
        return _("The template %(name)s is changed.") % {"name": changed.name}

    return _dialog(request, form, one.name, _("Save"), act)


def _dialog(
    request: HttpRequest, form: TemplateForm, title: str, label: str, act: Callable[[dict[str, Any]], str]
) -> HttpResponse:
    return form_dialog(
        request, form=form, title=title, label=label, act=act, back=back(),
        template="desk/outreach/_template.html", names={"words": WORDS},
    )  # fmt: skip


@require_POST
@runs_operations
def template_retire(request: HttpRequest, template_id: int) -> HttpResponse:
    one: Template = opened(template_for, viewer(request), template_id)
    retire_template(template=one, by=viewer(request), at=timezone.now())
    return done(request, back(), _("%(name)s is not offered any more.") % {"name": one.name})


class RulesForm(forms.Form):
    """When and how often."""

    quiet_from = forms.IntegerField(
        label=gettext_lazy("Quiet from (hour at the reader's)"), min_value=0, max_value=23
    )
    quiet_to = forms.IntegerField(label=gettext_lazy("until (hour)"), min_value=0, max_value=23)
    most_a_week = forms.IntegerField(
        label=gettext_lazy("Mails to one person within a week"), min_value=1, max_value=100,
        help_text=gettext_lazy("Before sequences and campaigns wait. What people write themselves is counted, not held."),
    )  # fmt: skip
    working_days_only = forms.BooleanField(
        label=gettext_lazy("Sequences and campaigns write on working days only"), required=False
    )
    needs_consent = forms.BooleanField(
        label=gettext_lazy("Sequences and campaigns write only to who consented"), required=False
    )


class SuppressForm(forms.Form):
    """An address that nobody shall write to."""

    address = forms.CharField(label=gettext_lazy("E-mail address"), max_length=254)
    why = forms.ChoiceField(label=gettext_lazy("Why"), choices=Suppression.Why.choices)
    note = forms.CharField(label=gettext_lazy("Note"), max_length=250, required=False)


@require_GET
@runs_operations
def sending(request: HttpRequest) -> HttpResponse:
    """The rules, and the list of those who are not written to."""
    rows = suppressions()
    asked = request.GET.get("q", "").strip()
    if asked:
        rows = rows.filter(address__icontains=asked)
    names = {
        "here": "sending", "subjects": subjects(request), "rules": rules(), "rows": list(rows[:MOST]), "q": asked,
        "count": rows.count(),
    }  # fmt: skip
    return page(request, "desk/outreach/sending.html", names)


@require_http_methods(BOTH)
@runs_operations
def rules_edit(request: HttpRequest) -> HttpResponse:
    told = rules()
    form = RulesForm(
        request.POST or None, initial={name: getattr(told, name) for name in RulesForm.base_fields}
    )

    def act(values: dict[str, Any]) -> str:
        set_rules(by=viewer(request), at=timezone.now(), **values)
        return _("The rules are changed.")

    return form_dialog(
        request, form=form, title=_("When and how often mail may leave"), label=_("Save"), act=act,
        back=reverse("desk:settings_sending"), wide=("most_a_week", "working_days_only", "needs_consent"),
    )  # fmt: skip


@require_http_methods(BOTH)
@works_deals
def suppression_new(request: HttpRequest) -> HttpResponse:
    """Everybody who works deals may say that somebody does not want to hear from us."""
    form = SuppressForm(request.POST or None, initial={"address": request.GET.get("address", "")})

    def act(values: dict[str, Any]) -> str:
        row = suppress(by=viewer(request), at=timezone.now(), **values)
        return _("Nobody writes to %(address)s any more.") % {"address": row.address}

    back_to = "desk:settings_sending" if viewer(request).can_run_operations else "desk:contacts"
    return form_dialog(
        request, form=form, title=_("Do not write to"), label=_("Put on the list"), act=act,
        back=reverse(back_to), wide=("note",), tone="bad",
    )  # fmt: skip


@require_POST
@runs_operations
def suppression_lift(request: HttpRequest, suppression_id: int) -> HttpResponse:
    row: Suppression = opened(suppression_for, viewer(request), suppression_id)
    here = reverse("desk:settings_sending")
    try:
        lift_suppression(suppression=row, by=viewer(request), at=timezone.now())
    except REFUSALS as refusal:
        return refused(request, here, refusal)
    return done(request, here, _("%(address)s may be written to again.") % {"address": row.address})
