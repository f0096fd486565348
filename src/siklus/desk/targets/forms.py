"""What people fill in about quotas."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from siklus.platform.accounts.models import Team, User
from siklus.platform.installation.current import current
from siklus.records.quotas.models import Measure, Per
from siklus.records.quotas.queries import COMPANY, Asking, Subject

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def written(subject: Subject) -> str:
    """As a choice of a form carries it."""
    if subject.user_id is not None:
        return f"user-{subject.user_id}"
    return f"team-{subject.team_id}" if subject.team_id is not None else "company"


def subjects(asking: Asking) -> list[tuple[str, str]]:
    """The company, teams in their tree and people by name, as far as they may be asked for something."""
    teams = sorted(Team.objects.all(), key=lambda one: [int(part) for part in one.path.split("/") if part])
    people = User.objects.filter(is_active=True).order_by("name", "pk")
    known = [
        (COMPANY, current().name),
        *((Subject(team_id=one.pk), _("Team %(name)s") % {"name": one.name}) for one in teams),
        *((Subject(one.pk), one.name) for one in people),
    ]
    return [(written(subject), name) for subject, name in known if subject in asking]


class QuotaForm(forms.Form):
    subject = forms.ChoiceField(label=gettext_lazy("For"))
    measure = forms.ChoiceField(
        label=gettext_lazy("What counts"), choices=Measure.choices, initial=Measure.WON
    )
    amount = forms.CharField(label=gettext_lazy("Quota"))
    per = forms.ChoiceField(label=gettext_lazy("For each"), choices=Per.choices, initial=Per.MONTH)
    from_date = forms.DateField(label=gettext_lazy("From"), widget=DAY)
    until_date = forms.DateField(
        label=gettext_lazy("Until before"), required=False, widget=DAY,
        help_text=gettext_lazy("Empty: until the next quota that is set already, else for good."),
    )  # fmt: skip
    ramp = forms.CharField(
        label=gettext_lazy("Ramp"), required=False,
        help_text=gettext_lazy("Per cents of the first months, such as 25, 50, 75 for somebody new."),
    )  # fmt: skip

    def __init__(self, *args: Any, choices: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["subject"].choices = choices  # type: ignore[attr-defined]

    def clean_ramp(self) -> list[int]:
        text = self.cleaned_data["ramp"].replace("%", " ").replace(",", " ").replace(";", " ")
        try:
            return [int(part) for part in text.split()]
        except ValueError:
            raise forms.ValidationError(_("Write whole numbers, such as 25, 50, 75.")) from None


class EndForm(forms.Form):
    until_date = forms.DateField(label=gettext_lazy("The first day without it"), widget=DAY)
