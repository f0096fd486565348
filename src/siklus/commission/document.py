"""Reading a document field by field: every problem is collected with its place, so that one look shows all of them."""

import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

import yaml

from siklus.commission.problems import CommissionError


class _Loader(yaml.SafeLoader):
    """YAML without what a plan has no use for: aliases, floats in binary, a key said twice."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.events.AliasEvent):
            raise yaml.constructor.ConstructorError(
                None, None, "aliases are not read", self.peek_event().start_mark
            )
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        seen = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(None, None, "a key must be one word", key.start_mark)
            if key.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"“{key.value}” is said twice", key.start_mark
                )
            seen.add(key.value)
        return super().construct_mapping(node, deep=deep)


def _as_text(loader: yaml.SafeLoader, node: Any) -> str:
    return str(node.value)


_BASE = "tag:yaml.org,2002:"
_KEPT = (
    *(f"{_BASE}{_tag}" for _tag in ("map", "seq", "str", "bool", "null")),
    None,
)  # None refuses any other tag
_Loader.yaml_constructors = {_tag: yaml.SafeLoader.yaml_constructors[_tag] for _tag in _KEPT}
for _tag in ("float", "timestamp", "int"):
    _Loader.add_constructor(_BASE + _tag, _as_text)


def load_document(source: str, name: str) -> Any:
    """The document of a YAML or JSON text; numbers and days stay as they are written. Raises CommissionError."""
    try:
        if source.lstrip().startswith("{"):
            return json.loads(source, parse_float=str, parse_int=str)
        return yaml.load(source, Loader=_Loader)  # noqa: S506 - a subclass of SafeLoader
    except (yaml.YAMLError, json.JSONDecodeError, RecursionError) as wrong:
        mark = getattr(wrong, "problem_mark", None)
        line = mark.line + 1 if mark else getattr(wrong, "lineno", 1)
        why = next(
            (found for name in ("problem", "msg", "reason") if (found := getattr(wrong, name, None))),
            "it is nested too deeply",
        )
        raise CommissionError(f"{name}, line {line}: cannot be read: {why}.") from None


class Node:
    """A mapping of a document with its place. Each `take` of a key reads it; `done` tells of keys nobody asked for."""

    def __init__(self, value: Any, place: str, problems: list[str]) -> None:
        self.place, self.problems = place, problems
        self.asked: set[str] = set()
        if not isinstance(value, dict):
            self.wrong("", "must be a list of keys and values")
            value = {}
        self.value: dict[str, Any] = {str(key): one for key, one in value.items()}

    def wrong(self, key: str, why: str) -> None:
        place = f"{self.place}.{key}" if self.place and key else self.place or key or "plan"
        self.problems.append(f"{place}: {why}.")

    def has(self, key: str) -> bool:
        return self.value.get(key) is not None

    def take(self, key: str) -> Any:
        self.asked.add(key)
        return self.value.get(key)

    def text(self, key: str, default: str | None = None) -> str:
        found = self.take(key)
        if found is None:
            if default is None:
                self.wrong(key, "is missing")
            return default or ""
        if not isinstance(found, str) or not found.strip():
            self.wrong(key, "must be a text")
            return default or ""
        return found

    def choice(self, key: str, options: Sequence[str], default: str | None = None) -> str:
        found = self.text(key, default)
        if found and found not in options:
            self.wrong(key, f"“{found}” is not there; choose {', '.join(options)}")
        return found

    def number(self, key: str, default: Fraction | None = None, least: int | None = None) -> Fraction:
        found = self.take(key)
        if found is None:
            if default is None:
                self.wrong(key, "is missing; write a number")
            return default or Fraction(0)
        number = self.read_number(found, key)
        if number is None:
            return Fraction(0)
        if least is not None and number < least:
            self.wrong(key, f"must be at least {least}")
        return number

    def optional(self, key: str, least: int | None = None) -> Fraction | None:
        self.asked.add(key)
        return self.number(key, least=least) if self.has(key) else None

    def read_number(self, found: Any, key: str) -> Fraction | None:
        number = exact(found)
        if number is None:
            self.wrong(
                key,
                f"“{found}” is no number; write it with a point and without separators, as 2500000 or 0.05",
            )
        return number

    def flag(self, key: str) -> bool:
        found = self.take(key)
        if found not in (None, True, False):
            self.wrong(key, f"“{found}” is neither true nor false")
        return found is True

    def day(self, key: str) -> date | None:
        found = self.take(key)
        if found is None:
            return None
        try:
            return date.fromisoformat(str(found))
        except ValueError:
            self.wrong(key, f"“{found}” is no day; write it as 2027-01-31")
            return None

    def items(self, key: str) -> list[Any]:
        found = self.take(key)
        if found is None:
            return []
        if not isinstance(found, list):
            self.wrong(key, "must be a list")
            return []
        return found

    def node(self, key: str) -> "Node":
        return Node(self.take(key) or {}, f"{self.place}.{key}" if self.place else key, self.problems)

    def done(self) -> None:
        for key in self.value:
            if key not in self.asked:
                known = ", ".join(sorted(self.asked))
                self.wrong(key, f"is not known here; there is {known}")


def exact(found: Any) -> Fraction | None:
    """The exact number of a text as written, or None if it is none (a separator, infinity, 60 digits and more)."""
    if isinstance(found, bool) or len(str(found)) > 60:
        return None
    try:
        number = Decimal(str(found).strip())
    except InvalidOperation:
        return None
    if not number.is_finite() or abs(number.adjusted()) > 30:
        return None
    return Fraction(number)
