"""Reads and checks a plan. What a plan asks for and the engine cannot do is refused here, never left out silently."""

import hashlib
import json
import re
from fractions import Fraction

from siklus.commission.component_reader import read_component
from siklus.commission.document import Node, load_document
from siklus.commission.expressions import TYPES
from siklus.commission.numbers import MODES, WHOLE_UNITS, Rounding
from siklus.commission.periods import MONTHS
from siklus.commission.plan import EVENT_NAMES, PERSON_NAMES, STANDING_NAMES, Component, Draw, Plan
from siklus.commission.problems import CommissionError

NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
TAKEN = {**EVENT_NAMES, **PERSON_NAMES, **STANDING_NAMES}


def read_plan(source: str, name: str = "plan") -> Plan:
    """The plan of a YAML or JSON text. Raises CommissionError with every problem found, each with its place and remedy."""
    document = load_document(source, name)
    problems: list[str] = []
    top = Node(document, "", problems)
    fields = _fields(top, "fields")
    person_fields = _fields(top, "person_fields")
    for both in sorted(set(fields) & set(person_fields)):
        top.wrong(f"person_fields.{both}", "is a field of events too; give one of them another name")
    currency = top.text("currency")
    if currency and not re.fullmatch(r"[A-Z]{3}", currency):
        top.wrong("currency", "must be three capital letters, as IDR")
    length = top.choice("period", list(MONTHS), "month")
    rounding = _rounding(top, currency)
    boundary = top.choice("boundary", ["upper", "lower"], "upper")
    first, until = top.day("from"), top.day("until")
    if first and until and until <= first:
        top.wrong("until", "must lie after “from”")
    components: list[Component] = []
    listed = top.items("components")
    if not listed:
        top.wrong("components", "is empty; a plan needs at least one component")
    for place, one in enumerate(listed):
        node = Node(one, f"components[{place}]", problems)
        component = read_component(
            node, {**EVENT_NAMES, **fields}, {**PERSON_NAMES, **person_fields}, boundary, length
        )
        if any(component.id == other.id for other in components):
            node.wrong("id", f"“{component.id}” is there twice; each component needs its own")
        components.append(component)
    payment = top.node("payment")
    cap = payment.optional("cap", least=0)
    recovery = payment.number("max_recovery_pct", Fraction(50), least=0) / 100
    if recovery > 1:
        payment.wrong("max_recovery_pct", "must not exceed 100")
    draw = _draw(payment.node("draw")) if payment.has("draw") else None
    payment.asked.add("draw")
    payment.done()
    plan_id = top.text("plan")
    top.done()
    if problems:
        raise CommissionError([f"{name}: {problem}" for problem in problems])
    return Plan(
        id=plan_id, version=_version(document), currency=currency, length=length, rounding=rounding,
        components=tuple(components), fields=fields, person_fields=person_fields, first=first, until=until,
        cap=cap, draw=draw, max_recovery=recovery,
    )  # fmt: skip


def _version(document: object) -> str:
    canonical = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()[:32]


def _fields(top: Node, key: str) -> dict[str, str]:
    node = top.node(key)
    found = {}
    for name in node.value:
        if not NAME.fullmatch(name) or name in TAKEN:
            node.wrong(
                name, "cannot be a name; small letters, digits and _, and none of " + ", ".join(sorted(TAKEN))
            )
        found[name] = node.choice(name, list(TYPES))
    return {name: kind for name, kind in found.items() if kind in TYPES}


def _rounding(top: Node, currency: str) -> Rounding:
    node = top.node("rounding")
    mode = node.choice("mode", list(MODES), "half_up")
    units = node.number("minor_units", Fraction(0 if currency in WHOLE_UNITS else 2))
    if units not in range(5):
        node.wrong("minor_units", "must be a whole number from 0 to 4")
        units = Fraction(0)
    node.done()
    return Rounding(mode, int(units))


def _draw(node: Node) -> Draw:
    draw = Draw(
        type=node.choice("type", ["recoverable", "non_recoverable"]),
        amount=node.number("amount", least=0),
        rate=node.number("recovery_pct", Fraction(100), least=0) / 100,
        recovery_from=node.day("recovery_from"),
        maximum=node.optional("max_recovery", least=0),
        until=node.day("until"),
        prorate=node.flag("prorate"),
    )
    if draw.rate > 1:
        node.wrong("recovery_pct", "must not exceed 100")
    node.done()
    return draw
