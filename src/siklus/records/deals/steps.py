"""What an automation can do with a deal. Rooms add theirs in a file of this name; each calls the actions that screens call.

A step refuses as its action refuses. Which automation takes which steps is data (`desk/automations`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from siklus.platform.accounts.models import User
from siklus.platform.imports.values import ValueProblem, parse_decimal
from siklus.records.deals.actions import assign_deal, edit_deal, move_deal
from siklus.records.deals.actions.shared import CannotChangeDeal
from siklus.records.deals.models import Category, Deal, Stage
from siklus.records.fields.actions import definitions
from siklus.records.fields.record import Refused

Values = Mapping[str, str]
Choices = Callable[[], list[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class Setting:
    """What a step has to know. Without `choices` it is typed."""

    key: str
    label: Any
    choices: Choices | None = None
    start: str = ""
    is_number: bool = False
    is_required: bool = True

    def shown(self, value: str) -> str:
        return dict(self.choices()).get(value, value) if self.choices else value


@dataclass(frozen=True, slots=True)
class Occasion:
    """When a step is taken and by which automation. Nobody does it: what is changed says `auto`."""

    at: datetime
    automation_id: int
    automation: str
    entry_id: int | None = None


Do = Callable[[Deal, Values, Occasion], None]
Said = Callable[[dict[str, str]], str]


@dataclass(frozen=True, slots=True)
class Step:
    key: str
    label: Any
    settings: tuple[Setting, ...]
    said_with: Said
    do: Do

    def said(self, values: Values) -> str:
        """The step as the sentence of an automation says it."""
        return self.said_with({one.key: one.shown(values.get(one.key, one.start)) for one in self.settings})

    def clean(self, values: Values) -> dict[str, str]:
        """Its settings alone, each allowed. Raises Refused."""
        found = {}
        for one in self.settings:
            value = " ".join(str(values.get(one.key) or "").split())[:500]
            if not value and one.is_required:
                raise Refused(_("“%(step)s”: %(what)s is missing.") % {"step": self.label, "what": one.label})
            if value and one.choices and value not in dict(one.choices()):
                raise Refused(
                    _("“%(step)s”: %(what)s is not known.") % {"step": self.label, "what": one.label}
                )
            if value and one.is_number and not (value.isdecimal() and len(value) < 4):
                raise Refused(
                    _("“%(step)s”: %(what)s is a whole number.") % {"step": self.label, "what": one.label}
                )
            found[one.key] = value
        return found


_steps: dict[str, Step] = {}


def step(key: str, *, label: Any, settings: tuple[Setting, ...], said: Said) -> Callable[[Do], Do]:
    """Offer this step under its one name."""

    def register(function: Do) -> Do:
        if key in _steps:
            raise ValueError(f"the step {key} is declared twice")
        _steps[key] = Step(key, label, settings, said, function)
        return function

    return register


def steps() -> list[Step]:
    return list(_steps.values())


def step_named(key: str) -> Step | None:
    return _steps.get(key)


def forget_step(key: str) -> None:
    """Take a step out again (tests)."""
    _steps.pop(key, None)


OWNER = "owner"


def people() -> list[tuple[str, str]]:
    """Everybody who works here, by id."""
    rows = User.objects.filter(is_active=True).order_by("name").values_list("pk", "name")
    return [(str(pk), name) for pk, name in rows]


def owner_or_people() -> list[tuple[str, str]]:
    return [(OWNER, _("its owner")), *people()]


def person_of(deal: Deal, who: str) -> User:
    """Whom a step means. Raises Refused."""
    found = deal.owner if who == OWNER else User.objects.filter(pk=int(who)).first()
    if found is None:
        raise CannotChangeDeal(_("Nobody owns this deal."), field="owner")
    if not found.is_active:
        raise CannotChangeDeal(
            _("%(name)s does not work here any more.") % {"name": found.name}, field="owner"
        )
    return found


def _fields() -> list[tuple[str, str]]:
    plain = [
        ("source", _("Source")), ("description", _("Description")), ("category", _("Forecast category")),
        ("probability", _("Chance")), ("expected_close_date", _("Expected close, days from now")), ("amount", _("Amount")),
    ]  # fmt: skip
    return [*plain, *((f"custom.{one.key}", one.label) for one in definitions("deal"))]


def _value_of(field: str, text: str, at: datetime) -> Any:
    if field == "category":
        known = {str(label).lower(): key for key, label in Category.choices} | {
            key: key for key in Category.values
        }
        return known.get(text.lower(), text)
    if field == "probability":
        return int(text) if text.isdecimal() and len(text) < 4 else -1
    if field == "expected_close_date":
        if not (text.isdecimal() and len(text) < 5):
            raise CannotChangeDeal(_("Write a number of days."), field=field)
        return timezone.localdate(at) + timedelta(days=int(text))
    if field == "amount":
        try:
            return parse_decimal(text)
        except ValueProblem as problem:
            raise CannotChangeDeal(
                _("“%(value)s” is not an amount.") % {"value": text}, field=field
            ) from problem
    return text


@step(
    "set_field",
    label=gettext_lazy("set a field"),
    settings=(Setting("field", gettext_lazy("field"), _fields), Setting("value", gettext_lazy("value"))),
    said=lambda said: _("set %(field)s to “%(value)s”") % said,
)
def set_field(deal: Deal, values: Values, occasion: Occasion) -> None:
    field = values["field"]
    value = _value_of(field, values["value"], occasion.at)
    if field.startswith("custom."):
        edit_deal(deal=deal, custom={**deal.custom, field[7:]: value}, by=None, at=occasion.at)
    else:
        edit_deal(deal=deal, **{field: value}, by=None, at=occasion.at)


@step(
    "assign",
    label=gettext_lazy("give it to somebody"),
    settings=(Setting("who", gettext_lazy("to whom"), people),),
    said=lambda said: _("give it to %(who)s") % said,
)
def assign(deal: Deal, values: Values, occasion: Occasion) -> None:
    assign_deal(deal=deal, owner=person_of(deal, values["who"]), by=None, at=occasion.at)


def _stages() -> list[tuple[str, str]]:
    rows = Stage.objects.filter(retired_at=None, pipeline__retired_at=None).select_related("pipeline")
    rows = rows.order_by("pipeline__position", "pipeline_id", "position", "id")
    return [(str(one.pk), f"{one.pipeline.name}: {one.name}") for one in rows]


@step(
    "move",
    label=gettext_lazy("move it to a stage"),
    settings=(Setting("stage", gettext_lazy("stage"), _stages),),
    said=lambda said: _("move it to %(stage)s") % said,
)
def move(deal: Deal, values: Values, occasion: Occasion) -> None:
    stage = Stage.objects.filter(pk=int(values["stage"]), retired_at=None).first()
    if stage is None:
        raise CannotChangeDeal(_("This stage is not in use any more."), field="stage")
    move_deal(deal=deal, stage=stage, by=None, at=occasion.at)
