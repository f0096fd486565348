"""The form of an ideal customer: rows of criteria out of what was posted, and back into what a page shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from siklus.cycle.prospecting.actions.profiles import MOST
from siklus.cycle.prospecting.fit.attributes import Attribute
from siklus.cycle.prospecting.fit.scoring import HEAVIEST, OPERATORS, Criterion, Cutoffs
from siklus.platform.imports.values import ValueProblem, parse_decimal
from siklus.records.companies.models import Company
from siklus.records.deals.models import Deal

SUGGESTED = 40


@dataclass
class Row:
    """One criterion as it stands in the form; values are as typed."""

    attribute: str = ""
    operator: str = ""
    values: list[str] = field(default_factory=list)
    weight: str = "1"
    must: bool = False
    error: str = ""


@dataclass
class Draft:
    """A profile as it stands in the form."""

    name: str = ""
    rows: list[Row] = field(default_factory=list)
    cutoffs: tuple[str, str, str] = ("80", "60", "40")
    version: str = ""
    error: str = ""
    field: str = ""


def operator_words() -> dict[str, str]:
    return {
        "one_of": _("is one of"), "contains": _("contains"), "between": _("between"), "at_least": _("at least"),
        "at_most": _("at most"), "filled": _("is known"),
    }  # fmt: skip


def draft_of(
    name: str,
    criteria: Sequence[Criterion],
    cutoffs: Cutoffs,
    known: Mapping[str, Attribute],
    version: str = "",
) -> Draft:
    """A stored profile as a form shows it."""
    rows = [
        Row(one.attribute, one.operator, [_shown(value, known.get(one.attribute)) for value in one.values],
            str(one.weight), one.must)
        for one in criteria
    ]  # fmt: skip
    return Draft(name, rows, (str(cutoffs.a), str(cutoffs.b), str(cutoffs.c)), version)


def read(form: Any, known: Mapping[str, Attribute]) -> Draft:
    """What was posted, with the row that somebody added or took away; nothing is refused here."""
    count = _whole(form.get("rows", ""), 0, MOST)
    rows = [_row(form, place, known) for place in range(count)]
    away = form.get("away", "")
    if away.isdecimal() and int(away) < len(rows):
        del rows[int(away)]
    if "add" in form and len(rows) < MOST:
        rows.append(Row(operator=""))
    return Draft(
        form.get("name", "")[:200], rows, tuple(form.get(f"from_{one}", "")[:4] for one in "abc"),
        form.get("version", "")[:9],
    )  # fmt: skip


def _row(form: Any, place: int, known: Mapping[str, Attribute]) -> Row:
    head = f"c{place}-"
    attribute = known.get(form.get(f"{head}attribute", ""))
    row = Row(attribute.key if attribute else form.get(f"{head}attribute", "")[:80])
    if attribute:
        offered = OPERATORS[attribute.kind]
        asked = form.get(f"{head}operator", "")
        row.operator = asked if asked in offered else offered[0]
    values = [value[:2000] for value in form.getlist(f"{head}value")]
    if row.operator in {"one_of", "contains"} and attribute and not attribute.choices:
        values = [part.strip() for value in values for part in value.split(";") if part.strip()]
    row.values = values
    row.weight = form.get(f"{head}weight", "1")[:4]
    row.must = form.get(f"{head}must") == "1"
    return row


def criteria_of(draft: Draft, known: Mapping[str, Attribute]) -> list[Criterion]:
    """The criteria that the rows say. What is no number stays as typed: the verb refuses it and names the row."""
    return [
        Criterion(
            row.attribute, row.operator, tuple(_plain(value, known.get(row.attribute)) for value in row.values),
            _whole(row.weight, -1, 99), row.must,
        )
        for row in draft.rows
    ]  # fmt: skip


def cutoffs_of(draft: Draft) -> Cutoffs:
    return Cutoffs(*(_whole(one, -1, 999) for one in draft.cutoffs))


def controls(draft: Draft, known: Mapping[str, Attribute]) -> list[dict[str, Any]]:
    """What the template needs of each row."""
    words = operator_words()
    found = []
    for row in draft.rows:
        attribute = known.get(row.attribute)
        kind = attribute.kind if attribute else ""
        found.append(
            {
                "row": row, "attribute": attribute, "kind": kind,
                "operators": [(key, words[key]) for key in OPERATORS.get(kind, ())],
                "suggested": _suggested(attribute) if attribute and row.operator == "one_of" else [],
                "weights": [(str(one), str(one)) for one in range(1, HEAVIEST + 1)],
            }
        )  # fmt: skip
    return found


def grouped(known: Mapping[str, Attribute]) -> list[tuple[str, list[tuple[str, Any]]]]:
    """The attributes to choose from, those of the company first."""
    sides = {"company": _("Company"), "lead": _("Lead and deal")}
    return [
        (label, [(one.key, one.label) for one in known.values() if one.side == side])
        for side, label in sides.items()
    ]


def _suggested(attribute: Attribute) -> list[str]:
    """The commonest values of a text, so that nobody guesses their spelling."""
    from django.db.models import Count

    if attribute.kind != "text" or attribute.own or "__" in attribute.path:
        return []
    model: Any = Company if attribute.side == "company" else Deal
    rows = model.objects.filter(merged_into=None).exclude(**{attribute.path: ""}).order_by("-pk")
    newest = model.objects.filter(pk__in=rows.values("pk")[:5000])
    counted = newest.values_list(attribute.path).annotate(n=Count("pk")).order_by("-n", attribute.path)
    return [value for value, _n in counted[:SUGGESTED]]


def _whole(text: str, otherwise: int, most: int) -> int:
    text = text.strip()
    return min(int(text), most) if text.isdecimal() and len(text) < 6 else otherwise


def _plain(value: str, attribute: Attribute | None) -> str:
    if attribute is None or attribute.kind != "number":
        return value
    try:
        return format(parse_decimal(value, "," if get_language() == "id" else "."), "f")
    except ValueProblem:
        return value


def _shown(value: str, attribute: Attribute | None) -> str:
    """A stored number as its reader would type it."""
    if attribute is None or attribute.kind != "number":
        return value
    return value.replace(".", ",") if get_language() == "id" else value
