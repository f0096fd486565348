"""Forms of the settings. What they mean is decided by the actions."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from siklus.platform.accounts.models import Role, Team, User, Visibility
from siklus.platform.web.kit import COLOURS
from siklus.records.deals.models import OPEN_KINDS, Category, StageKind, Status
from siklus.records.deals.ready import READY
from siklus.records.fields.models import FieldKind, FieldOwner

THEMES = [("system", _("As the device")), ("light", _("Light")), ("dark", _("Dark"))]
NEAR = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura", "Asia/Singapore", "UTC")


def zones() -> list[tuple[str, Any]]:
    """Time zones, those of Indonesia first."""
    rest = sorted(zone for zone in available_timezones() if "/" in zone and zone not in NEAR)
    return [
        (str(_("Near")), [(zone, zone) for zone in NEAR]),
        (str(_("All")), [(zone, zone) for zone in rest]),
    ]


class ProfileForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    time_zone = forms.ChoiceField(
        label=_("Time zone"), choices=zones, help_text=_("Meetings and due times are shown in it.")
    )
    theme = forms.ChoiceField(label=_("Colours"), choices=THEMES)


class TokenForm(forms.Form):
    name = forms.CharField(
        label=_("What will use it?"), max_length=120,
        help_text=_("A name by which you will know it later, such as “Notebook” or “Website form”."),
    )  # fmt: skip
    days = forms.TypedChoiceField(
        label=_("Valid for"), coerce=int, initial=90,
        choices=[(30, _("30 days")), (90, _("90 days")), (365, _("A year")), (0, _("Until it is revoked"))],
    )  # fmt: skip


class UserForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(label=_("E-mail"), help_text=_("They sign in with it."))
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, initial=Role.REP)
    team = forms.ModelChoiceField(
        label=_("Team"), queryset=Team.objects.order_by("path"), required=False, empty_label=_("No team")
    )


class UserEditForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    team = forms.ModelChoiceField(
        label=_("Team"), queryset=Team.objects.order_by("path"), required=False, empty_label=_("No team"),
        help_text=_("From now on. Where they were before stays known."),
    )  # fmt: skip
    visibility = forms.ChoiceField(label=_("Sees"), choices=Visibility.choices)
    sees_unassigned = forms.BooleanField(label=_("Sees records that belong to nobody"), required=False)


class TeamForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    parent = forms.ModelChoiceField(
        label=_("Under"), queryset=Team.objects.order_by("path"), required=False, empty_label=_("At the top")
    )
    manager = forms.ModelChoiceField(
        label=_("Led by"), queryset=User.objects.filter(is_active=True), required=False,
        empty_label=_("Nobody yet"),
    )  # fmt: skip


class PipelineForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("Such as B2B, Renewals, Partners."))


class NewPipelineForm(PipelineForm):
    template = forms.ChoiceField(
        label=_("Begin with"), required=False,
        choices=[("", _("No stages")), *((one.key, one.name) for one in READY.values())],
        help_text=_("Six stages with their chances and the lost reasons of that trade. All of it is yours to change."),
    )  # fmt: skip


class StageForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    kind = forms.ChoiceField(
        label=_("Kind of work"), choices=[(kind, StageKind(kind).label) for kind in OPEN_KINDS],
        help_text=_("What the stage means, whatever you call it. Reports compare by kind."),
    )  # fmt: skip
    probability = forms.IntegerField(
        label=_("Chance, percent"), min_value=0, max_value=100, initial=10,
        help_text=_("Of winning a deal that stands here."),
    )  # fmt: skip
    rotting_days = forms.IntegerField(
        label=_("Goes quiet after, days"), min_value=1, max_value=365, required=False,
        help_text=_("Without contact for so long, a deal is marked."),
    )  # fmt: skip
    category = forms.ChoiceField(label=_("Forecast"), choices=Category.choices[:3])
    colour = forms.ChoiceField(label=_("Colour"), choices=[(one, one) for one in COLOURS])


class ReasonForm(forms.Form):
    name = forms.CharField(label=_("Reason"), max_length=120)
    status = forms.ChoiceField(
        label=_("When a deal is"),
        choices=[(one.value, one.label) for one in (Status.LOST, Status.NO_DECISION, Status.DISQUALIFIED)],
    )


class FieldForm(forms.Form):
    record = forms.ChoiceField(label=_("Of"), choices=FieldOwner.choices)
    label = forms.CharField(label=_("Name"), max_length=120)
    kind = forms.ChoiceField(
        label=_("Kind"), choices=FieldKind.choices, help_text=_("It stays: stored values depend on it.")
    )
    choices = forms.CharField(
        label=_("Choices"), required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One a line; for a choice or several choices only."),
    )  # fmt: skip


class FieldEditForm(forms.Form):
    label = forms.CharField(label=_("Name"), max_length=120)
    choices = forms.CharField(
        label=_("Choices"), required=False, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("One a line. Values already given stay."),
    )  # fmt: skip


class ProductForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=200)
    code = forms.CharField(label=_("Code"), max_length=60, required=False)
    family = forms.CharField(label=_("Family"), max_length=120, required=False)
    price = forms.CharField(label=_("Price each"), required=False)
    currency = forms.CharField(label=_("Currency"), max_length=3)


class ProductEditForm(ProductForm):
    is_active = forms.BooleanField(
        label=_("Offered"),
        required=False,
        help_text=_("What is not offered stays on the deals that have it."),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)


class RateForm(forms.Form):
    currency = forms.CharField(label=_("Currency"), max_length=3, help_text=_("Such as USD or SGD."))
    from_date = forms.DateField(label=_("From"), widget=forms.DateInput(attrs={"type": "date"}))
    rate = forms.CharField(label=_("One unit is worth"))
