"""From values to a grade. Pure: no database, one way of judging for one record and for a million."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

MET, MISSED, UNKNOWN, NOT_ASKED = "+", "-", "?", "."
HEAVIEST = 10
NUMBERS = frozenset({"number", "money"})
# What can be asked of each kind of value.
OPERATORS: dict[str, tuple[str, ...]] = {
    "text": ("one_of", "contains", "filled"),
    "number": ("between", "at_least", "at_most", "filled"),
    "date": ("between", "at_least", "at_most", "filled"),
    "choice": ("one_of", "filled"),
    "several": ("one_of", "filled"),
    "yes_no": ("one_of", "filled"),
}
_MAGNITUDES = {
    "k": 3, "rb": 3, "ribu": 3, "thousand": 3, "m": 6, "mn": 6, "jt": 6, "juta": 6, "million": 6, "b": 9, "bn": 9,
    "miliar": 9, "milyar": 9, "billion": 9, "t": 12, "triliun": 12, "trillion": 12,
}  # fmt: skip
_AMOUNT = re.compile(r"^\D{0,4}?(\d[\d.,]*)\s*([a-z]*)\.?$").match


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing that the ideal customer has. Values are text: plain decimals, ISO days, the words yes and no."""

    attribute: str
    operator: str
    values: tuple[str, ...] = ()
    weight: int = 1
    must: bool = False

    def stored(self) -> dict[str, Any]:
        return {
            "attribute": self.attribute, "operator": self.operator, "values": list(self.values),
            "weight": self.weight, "must": self.must,
        }  # fmt: skip

    @classmethod
    def read(cls, stored: dict[str, Any]) -> "Criterion":
        return cls(
            str(stored["attribute"]), str(stored["operator"]), tuple(map(str, stored.get("values", ()))),
            int(stored.get("weight", 1)), bool(stored.get("must", False)),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cutoffs:
    """The shares of the points, in percent, from which a grade is given."""

    a: int = 80
    b: int = 60
    c: int = 40


def plain(text: str) -> str:
    """Text as it is compared: no case, no doubled spaces."""
    return " ".join(str(text).casefold().split())


def number_in(value: Any) -> Decimal | None:
    """The number in a value; people write a revenue as “Rp 2,5 miliar” or “$10M”, and a range says none."""
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, int | Decimal):
        return Decimal(value)
    if isinstance(value, float):
        return Decimal(str(value))
    found = _AMOUNT(plain(value))
    if found is None:
        return None
    digits, word = found[1].rstrip(".,"), found[2]
    if word and word not in _MAGNITUDES:
        return None
    last = max(digits.rfind("."), digits.rfind(","))
    tail = len(digits) - last - 1
    if (
        last >= 0 and (tail != 3 or word) and digits.count(digits[last]) == 1
    ):  # a decimal sign, not a grouping
        digits = digits[:last].replace(".", "").replace(",", "") + "." + digits[last + 1 :]
    else:
        digits = digits.replace(".", "").replace(",", "")
    try:
        return Decimal(digits).scaleb(_MAGNITUDES.get(word, 0))
    except InvalidOperation:
        return None


def test_of(criterion: Criterion, kind: str) -> Callable[[Any], str]:
    """A function from a stored value to a mark: met, missed, or unknown when the record does not say."""
    if criterion.operator == "filled":
        return lambda value: MISSED if _is_blank(value) else MET
    if criterion.operator in {"between", "at_least", "at_most"}:
        return _range(criterion, kind)
    if kind == "several":
        wanted = {plain(one) for one in criterion.values}
        return lambda value: (
            UNKNOWN
            if _is_blank(value)
            else MET
            if any(plain(one) in wanted for one in (value if isinstance(value, list | tuple) else [value]))
            else MISSED
        )
    if kind == "yes_no":
        yes = {one == "yes" for one in criterion.values}
        return lambda value: UNKNOWN if value is None else MET if bool(value) in yes else MISSED
    words = [plain(one) for one in criterion.values]
    if criterion.operator == "contains":
        return lambda value: (
            UNKNOWN if _is_blank(value) else MET if any(word in plain(value) for word in words) else MISSED
        )
    known = frozenset(words)
    return lambda value: UNKNOWN if _is_blank(value) else MET if plain(value) in known else MISSED


def _is_blank(value: Any) -> bool:
    return value is None or value == "" or value == [] or value == ()


def _range(criterion: Criterion, kind: str) -> Callable[[Any], str]:
    low = criterion.values[0] if criterion.operator != "at_most" else None
    high = criterion.values[-1] if criterion.operator != "at_least" else None
    read: Callable[[Any], Any] = _day if kind == "date" else number_in
    least, most = None if low is None else read(low), None if high is None else read(high)

    def test(value: Any) -> str:
        found = read(value)
        if found is None:
            return UNKNOWN
        return MISSED if (least is not None and found < least) or (most is not None and found > most) else MET

    return test


def _day(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        return None


def grade_of(criteria: Sequence[Criterion], marks: str, cutoffs: Cutoffs) -> tuple[str, int] | None:
    """(grade, share of the points in percent), or None when nothing was asked.

    A point is earned only by what is known: unknown counts as missed, so that a grade never promises more than the
    record says. A must-have that is missed makes D; one that is unknown allows B at best.
    """
    all_points = points = 0
    best = 0
    for criterion, mark in zip(criteria, marks, strict=True):
        if mark == NOT_ASKED:
            continue
        all_points += criterion.weight
        if mark == MET:
            points += criterion.weight
        elif criterion.must:
            best = max(best, 3 if mark == MISSED else 1)
    if not all_points:
        return None
    share = points * 100 // all_points
    earned = 0 if share >= cutoffs.a else 1 if share >= cutoffs.b else 2 if share >= cutoffs.c else 3
    return "ABCD"[max(earned, best)], share
