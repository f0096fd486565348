"""Settings of objections: types, responses in both languages, and whether a pipeline refuses to close with an open one."""

from collections import defaultdict
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from siklus.cycle.objections.actions import (
    add_ready_catalogue,
    add_response,
    add_type,
    edit_response,
    edit_type,
    retire_response,
    retire_type,
    set_closing_rule,
)
from siklus.cycle.objections.models import LANGUAGES, STEPS, ClosingRule, ObjectionType, Response, TypeKind
from siklus.cycle.objections.queries import current_versions, response_for, type_for, types_in_use
from siklus.desk.pages.answers import done, form_dialog, opened, runs_operations, viewer
from siklus.desk.settings.views.shared import subjects
from siklus.platform.web.jinja import render
from siklus.records.deals.models import Pipeline
from siklus.records.deals.queries import pipelines

BOTH = ["GET", "POST"]
PARTS = ("title", *STEPS)


class TypeForm(forms.Form):
    name_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=80, required=False)
    name_id = forms.CharField(label=gettext_lazy("Name in Indonesian"), max_length=80, required=False)
    kind = forms.ChoiceField(
        label=gettext_lazy("What it means"), choices=TypeKind.choices, initial=TypeKind.OWN,
        help_text=gettext_lazy("Whatever you call it; reports compare by it."),
    )  # fmt: skip
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class ResponseForm(forms.Form):
    """Title and four steps in each language, and what proves it."""

    proof = forms.CharField(
        label=gettext_lazy("Proof"), required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("A figure, a customer, a document that you can show."),
    )  # fmt: skip
    proof_url = forms.CharField(label=gettext_lazy("Link to the proof"), max_length=500, required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = {
            "title": _("Title"), "listen": _("Listen"), "mirror": _("Mirror"), "answer": _("Answer"),
            "confirm": _("Confirm"),
        }  # fmt: skip
        rest = dict(self.fields)
        self.fields.clear()
        for part in PARTS:  # both languages side by side
            for language in LANGUAGES:
                rows = forms.Textarea(attrs={"rows": 2, "lang": language})
                self.fields[f"{part}_{language}"] = forms.CharField(
                    label=f"{labels[part]} ({language.upper()})", required=False, max_length=4000,
                    widget=forms.TextInput(attrs={"lang": language}) if part == "title" else rows,
                )  # fmt: skip
        self.fields.update(rest)

    def wording(self) -> dict[str, dict[str, str]]:
        return {
            language: {part: self.cleaned_data[f"{part}_{language}"] for part in PARTS}
            for language in LANGUAGES
        }


def back() -> str:
    return reverse("desk:settings_objections")


@require_GET
@runs_operations
def catalogue(request: HttpRequest) -> HttpResponse:
    responses = defaultdict(list)
    for version in current_versions():
        responses[version.response.type_id].append(version)
    rules = dict(ClosingRule.objects.values_list("pipeline_id", "refuses_open"))
    names = {
        "here": "objections", "subjects": subjects(request),
        "types": [(one, responses[one.pk]) for one in types_in_use()],
        "pipelines": [(one, rules.get(one.pk, False)) for one in pipelines()],
    }  # fmt: skip
    return render(request, "desk/objections/settings.html", names)


@require_http_methods(BOTH)
@runs_operations
def type_new(request: HttpRequest) -> HttpResponse:
    def act(values: dict[str, Any]) -> str:
        values.pop("version")
        made = add_type(by=viewer(request), at=timezone.now(), **values)
        return _("The type %(name)s is added. Now its answers.") % {"name": made.name}

    return form_dialog(
        request, form=TypeForm(request.POST or None), title=_("Add a type of objection"), label=_("Add"),
        act=act, back=back(), wide=("kind",),
    )  # fmt: skip


@require_http_methods(BOTH)
@runs_operations
def type_edit(request: HttpRequest, type_id: int) -> HttpResponse:
    one: ObjectionType = opened(type_for, viewer(request), type_id)
    keys = ("name_en", "name_id", "kind", "version")
    form = TypeForm(request.POST or None, initial={key: getattr(one, key) for key in keys})

    def act(values: dict[str, Any]) -> str:
        version = values.pop("version")
        changed = edit_type(
            type=one, by=viewer(request), at=timezone.now(), expected_version=version, **values
        )
        return _("The type %(name)s is changed.") % {"name": changed.name}

    return form_dialog(
        request, form=form, title=one.name, label=_("Save"), act=act, back=back(), wide=("kind",)
    )


@require_POST
@runs_operations
def type_retire(request: HttpRequest, type_id: int) -> HttpResponse:
    one: ObjectionType = opened(type_for, viewer(request), type_id)
    retire_type(type=one, by=viewer(request), at=timezone.now())
    return done(request, back(), _("%(name)s is not offered any more. What it was used for stays.") % {
        "name": one.name
    })  # fmt: skip


@require_http_methods(BOTH)
@runs_operations
def response_new(request: HttpRequest, type_id: int) -> HttpResponse:
    one: ObjectionType = opened(type_for, viewer(request), type_id)
    form = ResponseForm(request.POST or None)

    def act(values: dict[str, Any]) -> str:
        add_response(
            type=one, wording=form.wording(), proof=values["proof"], proof_url=values["proof_url"],
            by=viewer(request), at=timezone.now(),
        )  # fmt: skip
        return _("The response is added.")

    return form_dialog(
        request, form=form, title=_("Add a response to “%(name)s”") % {"name": one.name}, label=_("Add"),
        act=act, back=back(), wide=("proof", "proof_url"), text=_("One language is enough, both are better."),
    )  # fmt: skip


@require_http_methods(BOTH)
@runs_operations
def response_edit(request: HttpRequest, response_id: int) -> HttpResponse:
    response: Response = opened(response_for, viewer(request), response_id)
    words = response.versions.get(number=response.version)
    initial = {
        f"{part}_{language}": words.wording.get(language, {}).get(part, "")
        for language in LANGUAGES for part in PARTS
    }  # fmt: skip
    initial |= {"proof": words.proof, "proof_url": words.proof_url, "version": response.version}
    form = ResponseForm(request.POST or None, initial=initial)

    def act(values: dict[str, Any]) -> str:
        edit_response(
            response=response, wording=form.wording(), proof=values["proof"], proof_url=values["proof_url"],
            by=viewer(request), at=timezone.now(), expected_version=values["version"],
        )  # fmt: skip
        return _("The response is reworded.")

    return form_dialog(
        request, form=form, title=words.title, label=_("Save"), act=act, back=back(),
        wide=("proof", "proof_url"), text=_("From now on. Answers already given keep the words that were used."),
    )  # fmt: skip


@require_POST
@runs_operations
def response_retire(request: HttpRequest, response_id: int) -> HttpResponse:
    response: Response = opened(response_for, viewer(request), response_id)
    title = response.versions.get(number=response.version).title
    retire_response(response=response, by=viewer(request), at=timezone.now())
    return done(request, back(), _("%(name)s is not offered any more. What it was used for stays.") % {
        "name": title
    })  # fmt: skip


@require_POST
@runs_operations
def ready(request: HttpRequest) -> HttpResponse:
    """The ready types with their responses, for a company that has none."""
    add_ready_catalogue(by=viewer(request), at=timezone.now())
    return done(request, back(), _("The ready types and responses are added."))


@require_POST
@runs_operations
def closing_rule(request: HttpRequest, pipeline_id: int) -> HttpResponse:
    pipeline: Pipeline = opened(
        lambda _who, pk: Pipeline.objects.get(pk=pk, retired_at=None), viewer(request), pipeline_id
    )
    refuses = request.POST.get("refuses") == "1"
    set_closing_rule(pipeline=pipeline, refuses_open=refuses, by=viewer(request), at=timezone.now())
    text = (
        _("%(name)s refuses to close deals with an open objection.")
        if refuses
        else _("%(name)s lets deals be closed with an open objection.")
    )
    return done(request, back(), text % {"name": pipeline.name})
