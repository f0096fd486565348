"""Plans and lines in plain words, in the language of whoever reads."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from siklus.commission.numbers import text as plain
from siklus.commission.plan import Component, Plan
from siklus.platform.i18n import formats

if TYPE_CHECKING:
    from siklus.team.incentives.projection import Distance

TYPES: dict[str, Callable[[], str]] = {
    "tiered_rate": lambda: _("Commission on deals"),
    "override": lambda: _("Commission on the deals of the team"),
    "target_incentive": lambda: _("Target incentive"),
    "scorecard": lambda: _("Scorecard"),
    "bonus": lambda: _("Bonus"),
    "spiff": lambda: _("Extra on deals"),
    "pool": lambda: _("Share of a pool"),
}
KINDS: dict[str, Callable[[], str]] = {
    "earning": lambda: _("Earned"),
    "correction": lambda: _("Correction"),
    "floor": lambda: _("Floor"),
    "cap": lambda: _("Cap"),
    "plan_cap": lambda: _("Cap of the plan"),
    "cap_release": lambda: _("Paid from under the cap"),
    "release": lambda: _("Released"),
    "clawback": lambda: _("Taken back"),
    "adjustment": lambda: _("Adjustment"),
    "carried": lambda: _("Put off by the limit of deductions"),
    "draw_advance": lambda: _("Advance"),
    "draw_recovery": lambda: _("Advance paid back"),
    "guarantee": lambda: _("Guarantee"),
}
BASES: dict[str, Callable[[], str]] = {
    "transaction": lambda: _("each deal by itself"),
    "period": lambda: _("all deals of the period together"),
    "cumulative_quarter": lambda: _("all deals since the quarter began"),
    "cumulative_year": lambda: _("all deals since the year began"),
}


@dataclass(frozen=True, slots=True)
class Said:
    """One component in words: a title, sentences, and the rows of its table."""

    title: str
    sentences: list[str]
    rows: list[tuple[str, str]]


def kind_name(kind: str) -> str:
    return KINDS[kind]() if kind in KINDS else kind


def plan_in_words(plan: Plan) -> list[Said]:
    """Every component of a plan, then what holds for all of them."""
    found = [_component(plan, one) for one in plan.components]
    rules = list(_rules(plan))
    if rules:
        found.append(Said(_("For everything together"), rules, []))
    return found


def per_cent(rate: Fraction) -> str:
    """A rate as people write it: `5%`, with as many decimals as it has."""
    number = Decimal(plain(rate * 100))
    return formats.percent(Decimal(plain(rate)), max(-int(number.normalize().as_tuple().exponent), 0))


def money(value: Fraction | Decimal, currency: str) -> str:
    return formats.money(Decimal(plain(Fraction(value))), currency)


def _component(plan: Plan, one: Component) -> Said:
    sentences = []
    if one.type in ("tiered_rate", "override", "target_incentive", "scorecard", "bonus"):
        sentences.append(_("Counts %(what)s.") % {"what": BASES[one.measure.basis]()})
    if one.measure.when is not None:
        sentences.append(_("Only for deals where %(formula)s.") % {"formula": one.measure.when.source})
    if one.measure.source != "amount":
        sentences.append(_("What counts is %(formula)s.") % {"formula": one.measure.source})
    if one.type in ("spiff", "pool"):
        what = (
            money(one.amount, plan.currency) if one.amount is not None else per_cent(one.rate or Fraction(0))
        )
        each = (
            _("Pays %(what)s on each deal.")
            if one.type == "spiff"
            else _("A pool of %(what)s is handed out.")
        )
        sentences.append(each % {"what": what})
    if one.type in ("target_incentive", "scorecard"):
        aim = money(one.target, plan.currency) if isinstance(one.target, Fraction) else one.target
        sentences.append(_("The target pay is %(what)s.") % {"what": aim})
    if one.table is not None and one.table.mode == "retroactive":
        sentences.append(_("The rate that is reached counts for everything, from the first deal on."))
    for gate in one.gates:
        words = (
            _("Held until %(formula)s.")
            if gate.effect == "hold"
            else _("Nothing is earned unless %(formula)s.")
        )
        sentences.append(words % {"formula": gate.rule.source})
    if one.floor is not None:
        sentences.append(_("At least %(what)s a period.") % {"what": money(one.floor, plan.currency)})
    if one.cap is not None:
        sentences.append(_("At most %(what)s a period.") % {"what": money(one.cap.amount, plan.currency)})
    if one.release is not None:
        text = _("%(now)s is paid at once, %(later)s as the customer pays.")
        sentences.append(
            text % {"now": per_cent(one.release.on_event), "later": per_cent(one.release.by_payment)}
        )
    if one.clawback is not None:
        days = one.clawback.window_days
        sentences.append(
            _("Taken back when the customer cancels within %(days)s days.") % {"days": days}
            if days is not None
            else _("Taken back when the customer cancels.")
        )
    if one.first or one.last:
        text = _("From %(first)s to %(last)s.")
        sentences.append(
            text % {"first": formats.day(one.first) or "–", "last": formats.day(one.last) or "–"}
        )
    return Said(f"{TYPES[one.type]()} · {one.id}", sentences, list(_rows(plan, one)))


def _rows(plan: Plan, one: Component) -> Iterable[tuple[str, str]]:
    if one.table is None:
        return
    is_amount = one.type == "bonus" or one.table.mode == "interpolated"
    shares = one.type in ("target_incentive", "scorecard") or one.unit == "attainment"
    rows = one.table.rows
    for place, (begin, rate) in enumerate(rows):
        end = rows[place + 1][0] if place + 1 < len(rows) else one.table.top
        paid = money(rate, plan.currency) if is_amount else _multiple(one, rate)
        yield _span(plan, one, begin, end if one.type != "bonus" else None, shares), paid


def _multiple(one: Component, rate: Fraction) -> str:
    return (
        f"{formats.number(Decimal(plain(rate)))}×"
        if one.type in ("target_incentive", "scorecard")
        else per_cent(rate)
    )


def _span(plan: Plan, one: Component, begin: Fraction, end: Fraction | None, shares: bool) -> str:
    def shown(value: Fraction) -> str:
        if shares:
            return per_cent(value)
        return (
            formats.number(Decimal(plain(value))) if one.unit == "quantity" else money(value, plan.currency)
        )

    of = _(" of the quota") if shares and one.type not in ("scorecard",) else ""
    if end is None:
        return (_("from %(begin)s") % {"begin": shown(begin)}) + of if begin else _("from the first")
    if not begin:
        return (_("up to %(end)s") % {"end": shown(end)}) + of
    return (_("%(begin)s to %(end)s") % {"begin": shown(begin), "end": shown(end)}) + of


def _rules(plan: Plan) -> Iterable[str]:
    if plan.cap is not None:
        yield _("At most %(what)s a period.") % {"what": money(plan.cap, plan.currency)}
    if plan.draw is not None:
        words = (
            _("An advance of %(what)s a period, paid back from what exceeds it.")
            if plan.draw.type == "recoverable"
            else _("At least %(what)s a period, not to be paid back.")
        )
        yield words % {"what": money(plan.draw.amount, plan.currency)}
    yield _("Deductions take at most %(share)s of a period's pay; the rest is put off.") % {
        "share": per_cent(plan.max_recovery)
    }


def next_rate(plan: Plan, distance: "Distance") -> str:
    """What the next tier of a component pays: an amount, a multiple of the target or a rate."""
    one = next(each for each in plan.components if each.id == distance.component)
    is_amount = one.type == "bonus" or (one.table is not None and one.table.mode == "interpolated")
    return money(distance.rate, plan.currency) if is_amount else _multiple(one, distance.rate)


def line_in_words(
    kind: str, inputs: Mapping[str, str], pieces: Iterable[Mapping[str, str]], currency: str
) -> str:
    """How a line came about, in one sentence: each tier's part times its rate, or what the engine's formula says."""
    parts = []
    for one in pieces:
        if "rate" in one and "amount" in one and "credit" in inputs:
            parts.append(
                f"{money(Fraction(one['amount']), currency)} × {per_cent(Fraction(one['rate']))}"
                f" = {money(Fraction(one['pay']), currency)}"
            )
    if parts:
        return "; ".join(parts)
    told = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in sorted(inputs.items()) if value)
    return told
