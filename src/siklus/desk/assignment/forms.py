"""The form of a rule: who takes part, how many each may have, and two conditions at most."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from siklus.cycle.prospecting.fit.attributes import Attribute
from siklus.cycle.prospecting.fit.scoring import OPERATORS, Criterion
from siklus.cycle.prospecting.models import AssignmentRule
from siklus.desk.icp.editor import grouped, operator_words
from siklus.platform.accounts.models import User

CONDITIONS = 2


class RuleForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=80, widget=forms.TextInput(attrs={"autofocus": True})
    )
    position = forms.IntegerField(
        label=gettext_lazy("Place in line"), min_value=1, max_value=999, required=False,
        help_text=gettext_lazy("The first rule that finds somebody takes the lead."),
    )  # fmt: skip
    people = forms.TypedMultipleChoiceField(
        label=gettext_lazy("In turn to"), coerce=int, widget=forms.CheckboxSelectMultiple, required=False
    )
    capacity = forms.IntegerField(
        label=gettext_lazy("Open leads each, at most"), min_value=0, max_value=100_000, required=False,
        help_text=gettext_lazy("Who has as many is passed over. Empty: no limit."),
    )  # fmt: skip
    minds_hours = forms.BooleanField(
        label=gettext_lazy("Who works now comes first"), required=False, initial=True,
        help_text=gettext_lazy("At night and on holidays, who begins to work soonest."),
    )  # fmt: skip

    def __init__(self, *args: Any, known: dict[str, Attribute], people: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = known
        self.fields["people"].choices = [(one.pk, one.name) for one in people]  # type: ignore[attr-defined]
        attributes = [("", _("always")), *grouped(known)]
        words = list(operator_words().items())
        for place in range(1, CONDITIONS + 1):
            self.fields[f"when{place}"] = forms.ChoiceField(
                label=_("Only when") if place == 1 else _("and when"), choices=attributes, required=False
            )
            self.fields[f"how{place}"] = forms.ChoiceField(
                label=_("Compared how"), choices=words, required=False
            )
            self.fields[f"what{place}"] = forms.CharField(
                label=_("Values"), max_length=500, required=False,
                widget=forms.TextInput(attrs={"placeholder": _("Surabaya; Malang")}),
            )  # fmt: skip

    def criteria(self) -> list[Criterion]:
        """What the conditions ask; the verb says what is wrong with them."""
        found = []
        for place in range(1, CONDITIONS + 1):
            key = self.cleaned_data.get(f"when{place}")
            if key:
                values = [
                    part.strip() for part in self.cleaned_data[f"what{place}"].split(";") if part.strip()
                ]
                found.append(Criterion(key, self._operator(key, place), tuple(values)))
        return found

    def _operator(self, key: str, place: int) -> str:
        """As chosen; “is one of” of a number means between, which has two values."""
        return self.cleaned_data[f"how{place}"] or OPERATORS[self.known[key].kind][0]


def initial_of(rule: AssignmentRule, seated: list[int]) -> dict[str, Any]:
    """A stored rule as the form shows it."""
    values: dict[str, Any] = {
        "name": rule.name, "position": rule.position + 1, "capacity": rule.capacity, "minds_hours": rule.minds_hours,
        "people": seated,
    }  # fmt: skip
    for place, stored in enumerate(rule.criteria[:CONDITIONS], 1):
        one = Criterion.read(stored)
        values |= {
            f"when{place}": one.attribute,
            f"how{place}": one.operator,
            f"what{place}": "; ".join(one.values),
        }
    return values
