"""Settings of demos: types with their checklists, the rule of a pipeline, and one's own working hours."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from siklus.cycle.demos.actions import (
    CannotChangeDemoType,
    add_demo_type,
    add_ready_types,
    edit_demo_type,
    retire_demo_type,
    set_demo_rule,
)
from siklus.cycle.demos.models import DemoRule, DemoType, Format, Place
from siklus.cycle.demos.queries import type_for, types_in_use
from siklus.desk.pages.answers import done, form_dialog, opened, runs_operations, viewer
from siklus.desk.settings.views.shared import subjects
from siklus.platform.accounts.hours import USUAL, set_work_hours
from siklus.platform.i18n.formats import weekday
from siklus.platform.web.jinja import render
from siklus.records.deals.models import Pipeline
from siklus.records.deals.queries import pipelines

BOTH = ["GET", "POST"]
MONDAY = date(2026, 3, 2)


class TypeForm(forms.Form):
    """Lists are written a line each; in both languages as “English | Indonesian”."""

    name_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=80, required=False)
    name_id = forms.CharField(label=gettext_lazy("Name in Indonesian"), max_length=80, required=False)
    format = forms.ChoiceField(
        label=gettext_lazy("What it is"), choices=Format.choices, initial=Format.OWN,
        help_text=gettext_lazy("Whatever you call it; reports compare by it."),
    )  # fmt: skip
    minutes = forms.IntegerField(label=gettext_lazy("Minutes"), min_value=5, max_value=960, initial=45)
    place = forms.ChoiceField(label=gettext_lazy("Venue"), choices=Place.choices, initial=Place.ONLINE)
    where = forms.CharField(
        label=gettext_lazy("Address or link"), max_length=500, required=False,
        help_text=gettext_lazy("If it is always the same."),
    )  # fmt: skip
    checklist = forms.CharField(
        label=gettext_lazy("To prepare"), required=False, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("One a line. In both languages: English | Indonesian"),
    )  # fmt: skip
    materials = forms.CharField(
        label=gettext_lazy("Materials"), required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("One a line: name, and after a space its https:// address if it has one."),
    )  # fmt: skip
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class HoursForm(forms.Form):
    """One line a weekday."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(7):
            name = weekday(MONDAY + timedelta(days=number))
            self.fields[f"day{number}"] = forms.CharField(label=name, max_length=80, required=False)


def back() -> str:
    return reverse("desk:settings_demos")


@require_GET
@runs_operations
def types(request: HttpRequest) -> HttpResponse:
    rules = dict(DemoRule.objects.values_list("pipeline_id", "is_demanded"))
    names = {
        "here": "demos", "subjects": subjects(request), "types": types_in_use(),
        "pipelines": [(one, rules.get(one.pk, False)) for one in pipelines()],
    }  # fmt: skip
    return render(request, "desk/demos/settings.html", names)


@require_http_methods(BOTH)
@runs_operations
def type_new(request: HttpRequest) -> HttpResponse:
    def act(values: dict[str, Any]) -> str:
        values.pop("version")
        made = add_demo_type(by=viewer(request), at=timezone.now(), **_read(values))
        return _("The type %(name)s is added.") % {"name": made.name}

    return form_dialog(
        request, form=TypeForm(request.POST or None), title=_("Add a type of demo"), label=_("Add"), act=act,
        back=back(), wide=("where", "checklist", "materials"),
    )  # fmt: skip


@require_http_methods(BOTH)
@runs_operations
def type_edit(request: HttpRequest, type_id: int) -> HttpResponse:
    one: DemoType = opened(type_for, viewer(request), type_id)
    keys = ("name_en", "name_id", "format", "minutes", "place", "where", "version")
    initial = {key: getattr(one, key) for key in keys}
    initial |= {
        "checklist": "\n".join(_both(row) for row in one.checklist),
        "materials": "\n".join(" ".join(filter(None, (_both(row), row.get("url")))) for row in one.materials),
    }

    def act(values: dict[str, Any]) -> str:
        version = values.pop("version")
        changed = edit_demo_type(
            type=one, by=viewer(request), at=timezone.now(), expected_version=version, **_read(values)
        )
        return _("The type %(name)s is changed.") % {"name": changed.name}

    return form_dialog(
        request, form=TypeForm(request.POST or None, initial=initial), title=one.name, label=_("Save"), act=act,
        back=back(), wide=("where", "checklist", "materials"),
        text=_("From now on. Demos already booked stay as they are."),
    )  # fmt: skip


@require_POST
@runs_operations
def type_retire(request: HttpRequest, type_id: int) -> HttpResponse:
    one: DemoType = opened(type_for, viewer(request), type_id)
    retire_demo_type(type=one, by=viewer(request), at=timezone.now())
    return done(request, back(), _("%(name)s is not offered any more. What it was used for stays.") % {
        "name": one.name
    })  # fmt: skip


@require_POST
@runs_operations
def ready(request: HttpRequest) -> HttpResponse:
    """The ready types, for a company that has none."""
    add_ready_types(by=viewer(request), at=timezone.now())
    return done(request, back(), _("The ready types are added. Retire those that are not yours."))


@require_POST
@runs_operations
def rule(request: HttpRequest, pipeline_id: int) -> HttpResponse:
    pipeline: Pipeline = opened(
        lambda _who, pk: Pipeline.objects.get(pk=pk, retired_at=None), viewer(request), pipeline_id
    )
    demanded = request.POST.get("demanded") == "1"
    set_demo_rule(pipeline=pipeline, is_demanded=demanded, by=viewer(request), at=timezone.now())
    text = (
        _("%(name)s wants a demo before new business is closed.")
        if demanded
        else _("%(name)s lets new business be closed without a demo.")
    )
    return done(request, back(), text % {"name": pipeline.name})


@require_http_methods(BOTH)
def hours(request: HttpRequest) -> HttpResponse:
    """When I work: demos are offered within these hours."""
    user = viewer(request)
    told = user.work_hours or USUAL
    initial = {f"day{number}": ", ".join(told.get(str(number), ())) for number in range(7)}
    form = HoursForm(request.POST or None, initial=initial)

    def act(values: dict[str, Any]) -> str:
        given = {
            key.removeprefix("day"): [one.strip() for one in text.split(",") if one.strip()]
            for key, text in values.items()
        }
        set_work_hours(user=user, hours=given, by=user, at=timezone.now())
        return _("Your working hours are saved.")

    return form_dialog(
        request, form=form, title=_("My working hours"), label=_("Save"), act=act, back=reverse("desk:profile"),
        text=_("Like 09:00-12:00, 13:00-17:00; empty where you do not work. Public holidays are left out anyway."),
    )  # fmt: skip


def _both(row: dict[str, str]) -> str:
    return " | ".join(row[key] for key in ("en", "id") if row.get(key))


def _read(values: dict[str, Any]) -> dict[str, Any]:
    lists = {"checklist": _lines(values["checklist"]), "materials": []}
    for row in _lines(values["materials"]):
        key = "id" if "id" in row else "en"
        text, _space, address = row[key].rpartition(" ")
        if "://" in address:
            row = {**row, key: text, "url": address}
        elif "://" in row[key]:
            raise CannotChangeDemoType(_("Name every one of these."), field="materials")
        lists["materials"].append(row)
    return {**values, **lists}


def _lines(text: str) -> list[dict[str, str]]:
    rows = []
    for line in text.splitlines():
        english, bar, other = line.partition("|")
        if english.strip() or other.strip():
            rows.append({"en": english.strip(), **({"id": other.strip()} if bar else {})})
    return rows
