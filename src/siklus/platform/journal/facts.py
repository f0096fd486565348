"""How a fact is declared: once, as a frozen dataclass, with its sentence for people.

    @declare("deal.moved", about="deal")
    class DealMoved(Fact):
        sentence = _("moved the deal from %(from_stage)s to %(to_stage)s")
        deal: int
        from_stage: str
        to_stage: str

The field named like `about` holds the id of what the fact is about. `personal` names the fields that are
kept apart, so that they can be blanked and the fact stays. Timeline, API schema and docs/facts.md derive from this.
"""

import dataclasses
import types
import typing
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar, NamedTuple, TypeVar

from django.utils.functional import Promise


class Money(NamedTuple):
    """An amount as it stood in a fact."""

    amount: Decimal | None
    currency: str


class Change(NamedTuple):
    """One edited value: the field's key and both values as stored (JSON-ready)."""

    field: str
    old: Any
    new: Any


@dataclasses.dataclass(frozen=True)
class Fact:
    name: ClassVar[str]
    about: ClassVar[str]
    sentence: ClassVar["str | Promise"]
    icon: ClassVar[str] = "note"
    personal: ClassVar[tuple[str, ...]] = ()
    fallback: ClassVar["str | Promise | None"] = None

    @property
    def subject_id(self) -> int:
        return int(getattr(self, self.about))


F = TypeVar("F", bound=type[Fact])
_facts: dict[str, type[Fact]] = {}


@typing.dataclass_transform(frozen_default=True)
def declare(name: str, *, about: str) -> Callable[[F], F]:
    """Register a fact under its one name. Refuses a second fact of that name."""

    def register(cls: F) -> F:
        made = dataclasses.dataclass(frozen=True)(cls)
        if name in _facts:
            raise ValueError(f"the fact {name} is declared twice")
        made.name, made.about = name, about
        if about not in {field.name for field in dataclasses.fields(made)}:
            raise ValueError(f"{name}: a fact about a {about} needs the field {about}")
        _facts[name] = made
        return typing.cast(F, made)

    return register


def all_facts() -> dict[str, type[Fact]]:
    """Every declared fact by name, in the order of the names."""
    return dict(sorted(_facts.items()))


def fact_class(name: str) -> type[Fact] | None:
    return _facts.get(name)


PLAIN = frozenset({str, int, bool, float, type(None)})


def to_json(value: Any) -> Any:
    """A field's value as JSON keeps it: decimals and dates as text, nothing lost."""
    if type(value) in PLAIN:
        return value
    if isinstance(value, Money):
        return {"amount": to_json(value.amount), "currency": value.currency}
    if isinstance(value, Change):
        return {"field": value.field, "old": to_json(value.old), "new": to_json(value.new)}
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: to_json(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [to_json(inner) for inner in value]
    return value


def split(fact: Fact) -> tuple[dict[str, Any], dict[str, Any]]:
    """The fact's fields without its subject: (details, personal values)."""
    details: dict[str, Any] = {}
    personal: dict[str, Any] = {}
    for key, value in vars(fact).items():
        if key == fact.about or value is None:
            continue
        (personal if key in fact.personal else details)[key] = to_json(value)
    return details, personal


_SCHEMAS: dict[Any, dict[str, Any]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    Decimal: {"type": "string", "format": "decimal"},
    date: {"type": "string", "format": "date"},
    datetime: {"type": "string", "format": "date-time"},
    Money: {
        "type": "object",
        "properties": {"amount": {"type": "string", "format": "decimal"}, "currency": {"type": "string"}},
    },
    Change: {"type": "object", "properties": {"field": {"type": "string"}, "old": {}, "new": {}}},
}


def json_schema(fact: type[Fact], *, without: tuple[str, ...] = ()) -> dict[str, Any]:
    """JSON schema of a fact's details; fields in `without` are left out."""
    hints = typing.get_type_hints(fact)
    properties: dict[str, Any] = {}
    required: list[str] = []
    for field in dataclasses.fields(fact):
        if field.name in without:
            continue
        hint, optional = hints[field.name], False
        if isinstance(hint, types.UnionType):
            inner = [arm for arm in typing.get_args(hint) if arm is not type(None)]
            optional, hint = len(inner) < len(typing.get_args(hint)), inner[0]
        if typing.get_origin(hint) in {tuple, list}:
            properties[field.name] = {"type": "array", "items": _SCHEMAS[typing.get_args(hint)[0]]}
        elif typing.get_origin(hint) is dict:
            properties[field.name] = {"type": "object"}
        else:
            properties[field.name] = dict(_SCHEMAS[hint])
        if not optional:
            required.append(field.name)
    return {"title": fact.name, "type": "object", "properties": properties, "required": required}
