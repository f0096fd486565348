"""Own fields of records."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from siklus.desk.pages.answers import done, form_dialog, runs_operations, viewer
from siklus.desk.settings import forms as shapes
from siklus.desk.settings.views.shared import BOTH, page, row_or_404
from siklus.records.fields.actions import add_field, edit_field, retire_field
from siklus.records.fields.models import FieldDefinition, FieldKind, FieldOwner


@require_GET
@runs_operations
def fields(request: HttpRequest) -> HttpResponse:
    rows = list(FieldDefinition.objects.filter(retired_at=None))
    groups = [
        (str(label), key, [one for one in rows if one.record == key]) for key, label in FieldOwner.choices
    ]
    return page(request, "fields", {"groups": groups})


def _lines(text: str) -> list[str]:
    return [line for one in text.splitlines() if (line := " ".join(one.split()))]


@require_http_methods(BOTH)
@runs_operations
def field_new(request: HttpRequest) -> HttpResponse:
    def act(values: dict[str, Any]) -> str:
        add_field(
            record_kind=values["record"], label=values["label"], kind=values["kind"], by=viewer(request),
            at=timezone.now(), choices=_lines(values["choices"]),
        )  # fmt: skip
        return _("The field %(name)s is added.") % {"name": values["label"]}

    form = shapes.FieldForm(request.POST or None, initial={"record": request.GET.get("record", "deal")})
    return form_dialog(
        request, form=form, title=_("Add a field"), label=_("Add"), act=act,
        back=reverse("desk:settings_fields"), wide=("choices",),
    )  # fmt: skip


@require_http_methods(BOTH)
@runs_operations
def field_edit(request: HttpRequest, field_id: int) -> HttpResponse:
    field: FieldDefinition = row_or_404(FieldDefinition, pk=field_id, retired_at=None)
    form: forms.Form = shapes.FieldEditForm(
        request.POST or None, initial={"label": field.label, "choices": "\n".join(field.choices)}
    )
    has_choices = field.kind in {FieldKind.CHOICE, FieldKind.MULTI_CHOICE}
    if not has_choices:
        del form.fields["choices"]

    def act(values: dict[str, Any]) -> str:
        choices = _lines(values["choices"]) if has_choices else None
        edit_field(field=field, by=viewer(request), at=timezone.now(), label=values["label"], choices=choices)
        return _("The field %(name)s is changed.") % {"name": values["label"]}

    return form_dialog(
        request, form=form, title=field.label, label=_("Save"), act=act, back=reverse("desk:settings_fields"),
        wide=("label", "choices"),
    )  # fmt: skip


@require_POST
@runs_operations
def field_retire(request: HttpRequest, field_id: int) -> HttpResponse:
    field = row_or_404(FieldDefinition, pk=field_id)
    retire_field(field=field, by=viewer(request), at=timezone.now())
    return done(
        request, reverse("desk:settings_fields"),
        _("The field %(name)s is not offered any more. Values already given stay.") % {"name": field.label},
    )  # fmt: skip
