"""Reads one component of a plan. Each type has its own fields; any other is refused with the ones that are there."""

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from siklus.commission.document import Node
from siklus.commission.expressions import Formula, FormulaError
from siklus.commission.plan import (
    KINDS,
    STANDING_NAMES,
    Allocation,
    Cap,
    Clawback,
    Component,
    Gate,
    Goal,
    Measure,
    Quota,
    Release,
)
from siklus.commission.tables import Table

BASES = ["transaction", "period", "cumulative_quarter", "cumulative_year"]
ONCE = ["period", "cumulative_quarter", "cumulative_year"]
OWN_KINDS = ("payment", "cancellation", "adjustment")
BASES_OF = {
    "bonus": ["period"],
    "scorecard": ["period"],
    "pool": ["period"],
    "spiff": ["transaction"],
    "target_incentive": ONCE,
}
PER_EVENT = ("tiered_rate", "override", "spiff")
TYPES = ["tiered_rate", "override", "target_incentive", "scorecard", "bonus", "spiff", "pool"]
Names = Mapping[str, str]


def read_component(node: Node, events: Names, people: Names, boundary: str, length: str) -> Component:
    """The component of a node; `events` and `people` are the names that formulas may use, `length` the plan's period."""
    kind = node.choice("type", TYPES)
    names = {**events, **people}
    bases = BASES_OF.get(kind, BASES)
    if length == "year":
        bases = [one for one in bases if one != "cumulative_quarter"]
    made: dict[str, Any] = {
        "id": _id(node),
        "type": kind,
        "measure": _measure(node, names, bases),
        "quota": _quota(node.node("quota")),
        "gates": _gates(node, {**people, **STANDING_NAMES}),
        "floor": node.optional("floor", least=0),
        "cap": _cap(node.node("cap")) if node.has("cap") else None,
        "first": node.day("from"),
        "last": node.day("to"),
    }
    node.asked.add("cap")
    if kind in PER_EVENT:
        made["release"] = _release(node.node("release")) if node.has("release") else None
        made["clawback"] = _clawback(node.node("clawback")) if node.has("clawback") else None
        node.asked.update({"release", "clawback"})
        if made["release"] and (made["cap"] or made["floor"] is not None):
            node.wrong("release", "cannot stand beside a cap or floor yet; leave one of them out")
        if made["release"] and any(gate.effect == "hold" for gate in made["gates"]):
            node.wrong(
                "release",
                "cannot stand beside a gate that holds yet; let the gate block, or leave one of them out",
            )
    if kind in ("tiered_rate", "override"):
        made["table"], made["unit"] = _rate_or_tiers(node, boundary, made["measure"])
    if kind == "override":
        made["pattern"] = node.choice("pattern", ["per_rep", "collective"], "per_rep")
        made["depth"] = node.choice("depth", ["direct", "all"], "direct")
        if made["pattern"] == "collective" and made["measure"].basis == "transaction":
            node.wrong("measure.basis", "“transaction” has no team to add up; choose another basis")
        if made["pattern"] == "per_rep" and node.has("tiers"):
            node.wrong("tiers", "belong to the pattern “collective”; give a “rate”, or change the pattern")
    if kind in ("target_incentive", "scorecard"):
        made["target"] = _number_or_column(node, "target", people)
        made["prorate_target"] = node.flag("prorate_target")
        made["table"] = Table(
            _rows(node, "bands"), node.choice("mode", ["marginal", "retroactive"], "marginal"), boundary
        )
    if kind == "scorecard":
        made["goals"] = _goals(node, names, people, bases)
    if kind == "bonus":
        made["table"] = Table(_rows(node, "thresholds", from_zero=False), "marginal", boundary)
        made["unit"] = node.choice("unit", ["attainment", "amount"], "attainment")
        made["stacking"] = node.choice("stacking", ["highest", "sum"])
        made["amount_per"] = node.choice("amount_per", ["period", "year"], "period")
    if kind in ("spiff", "pool"):
        made["amount"], made["rate"] = node.optional("amount"), node.optional("rate")
        if (made["amount"] is None) == (made["rate"] is None):
            node.wrong("", "needs either an “amount” or a “rate”")
    if kind == "pool":
        made["allocation"] = _allocation(node.node("allocation"), people)
    node.done()
    return Component(**made)


def _id(node: Node) -> str:
    found = node.text("id")
    if found and not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,59}", found):
        node.wrong("id", f"“{found}” is no id; small letters, digits, - and _")
    return found


def _formula(node: Node, key: str, names: Names, gives: str) -> Formula | None:
    if not node.has(key):
        node.asked.add(key)
        return None
    source = node.text(key)
    try:
        return Formula(source, names, gives)
    except FormulaError as wrong:
        node.wrong(key, f"the formula “{source[:60]}” {wrong}")
        return None


def _measure(node: Node, names: Names, bases: list[str]) -> Measure:
    part = node.node("measure")
    found: str | Formula = "amount"
    if part.has("field") and part.value["field"] not in ("amount", "quantity"):
        found = _formula(part, "field", names, "number") or "amount"
    else:
        found = part.text("field", "amount")
    default = "period" if "period" in bases else bases[0]
    basis = part.choice("basis", bases, default)
    kinds = tuple(str(one) for one in part.items("kinds")) or KINDS
    for kind in kinds:
        if kind in OWN_KINDS:
            part.wrong("kinds", f"“{kind}” has a meaning of its own and cannot be measured")
    part.done()
    return Measure(
        found,
        basis,
        kinds,
        _formula(node, "when", names, "yes_no"),
        _formula(node, "credit_weight", names, "number"),
    )


def _rate_or_tiers(node: Node, boundary: str, measure: Measure) -> tuple[Table, str]:
    if node.has("rate") == node.has("tiers"):
        node.wrong("", "needs either a “rate” or “tiers”")
    if not node.has("tiers"):
        node.asked.add("tiers")
        return Table(((Fraction(0), node.number("rate", Fraction(0))),), "marginal", boundary), "amount"
    node.asked.add("rate")
    part = node.node("tiers")
    mode = part.choice("mode", ["marginal", "retroactive", "interpolated"])
    unit = part.choice("unit", ["amount", "attainment", "quantity"], "amount")
    if unit == "quantity" and mode != "retroactive":
        part.wrong(
            "unit",
            "“quantity” with a rate on the amount works in mode retroactive; measure the quantity otherwise",
        )
    if unit == "attainment" and measure.basis == "transaction":
        part.wrong("unit", "“attainment” needs a basis of a period; choose another basis")
    rows = _rows(part, "rows")
    top = part.optional("top")
    if (mode == "interpolated") != (top is not None):
        part.wrong("top", "ends the last tier of mode interpolated, which needs it; other modes have none")
    elif top is not None and top <= rows[-1][0]:
        part.wrong("top", "must lie above the last row")
    part.done()
    return Table(rows, mode, boundary, top), unit


def _rows(node: Node, key: str, from_zero: bool = True) -> tuple[tuple[Fraction, Fraction], ...]:
    rows: list[tuple[Fraction, Fraction]] = []
    for place, row in enumerate(node.items(key)):
        if not isinstance(row, list) or len(row) != 2:
            node.wrong(f"{key}[{place}]", "must be a pair, as [“100000”, “0.05”]")
            continue
        pair = [node.read_number(one, f"{key}[{place}]") for one in row]
        if pair[0] is None or pair[1] is None:
            continue
        if rows and pair[0] <= rows[-1][0]:
            node.wrong(f"{key}[{place}]", "must begin above the row before it")
        rows.append((pair[0], pair[1]))
    if not rows:
        node.wrong(key, "is empty; write rows as [from, rate]")
        return ((Fraction(0), Fraction(0)),)
    if from_zero and rows[0][0] != 0:
        node.wrong(f"{key}[0]", "must begin at 0, so that there is no gap below it")
    return tuple(rows)


def _quota(node: Node) -> Quota:
    season = tuple(node.read_number(one, "season") or Fraction(0) for one in node.items("season"))
    if season and (len(season) not in (4, 12) or sum(season) != 100):
        node.wrong("season", "must be 4 or 12 per cents that sum to 100")
        season = ()
    ramp = tuple(node.read_number(one, "ramp") or Fraction(0) for one in node.items("ramp"))
    quota = Quota(
        node.choice("proration", ["none", "days", "months"], "none"), tuple(one / 100 for one in season), ramp
    )
    node.done()
    return quota


def _gates(node: Node, names: Names) -> tuple[Gate, ...]:
    gates = []
    for place, one in enumerate(node.items("gates")):
        part = Node(one, f"{node.place}.gates[{place}]", node.problems)
        rule = _formula(part, "rule", names, "yes_no")
        if not part.has("rule"):
            part.wrong("rule", "is missing; write a condition")
        gate_id, effect = _id(part), part.choice("effect", ["block", "hold"], "block")
        part.done()
        if rule:
            gates.append(Gate(gate_id, rule, effect))
    return tuple(gates)


def _cap(node: Node) -> Cap:
    cap = Cap(node.number("amount", least=0), node.choice("withheld", ["lapse", "carry"], "lapse"))
    node.done()
    return cap


def _release(node: Node) -> Release:
    release = Release(
        node.number("on_event", Fraction(0), least=0), node.number("by_payment", Fraction(1), least=0)
    )
    if release.on_event + release.by_payment != 1:
        node.wrong("", "“on_event” and “by_payment” must sum to 1")
    node.done()
    return release


def _clawback(node: Node) -> Clawback:
    method = node.choice("method", ["full", "proportional", "share"])
    share = node.number("share", None if method == "share" else Fraction(1), least=0)
    window = node.optional("window_days", least=1)
    if share > 1:
        node.wrong("share", "must not exceed 1")
    node.done()
    return Clawback(method, share, None if window is None else int(window))


def _number_or_column(node: Node, key: str, people: Names) -> Fraction | str:
    found = node.take(key)
    if isinstance(found, str) and people.get(found) == "number":
        return found
    if found is None:
        node.wrong(key, "is missing; write a number or a person field that is a number")
        return Fraction(0)
    return node.read_number(found, key) or Fraction(0)


def _goals(node: Node, names: Names, people: Names, bases: list[str]) -> tuple[Goal, ...]:
    goals = []
    for place, one in enumerate(node.items("goals")):
        part = Node(one, f"{node.place}.goals[{place}]", node.problems)
        goals.append(
            Goal(
                _id(part),
                part.number("weight", least=0) / 100,
                _measure(part, names, bases),
                _number_or_column(part, "goal", people),
            )
        )
        part.done()
    if sum((goal.weight for goal in goals), Fraction(0)) != 1:
        node.wrong("goals", "the weights must sum to 100")
    return tuple(goals)


def _allocation(node: Node, people: Names) -> Allocation:
    by = node.text("by", "equal")
    if by != "equal" and people.get(by) != "number":
        node.wrong("by", f"“{by}” is not there; write equal, or a person field that is a number")
    allocation = Allocation(by, _formula(node, "qualify", {**people, **STANDING_NAMES}, "yes_no"))
    node.done()
    return allocation
