"""Calculators for figures that somebody types: what is asked, in which words, and how the library's answer is told."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from siklus.analytics import calculators as reckon
from siklus.platform.i18n import formats
from siklus.platform.imports.values import ValueProblem, parse_decimal
from siklus.platform.installation.current import current

Text = str | Promise
Values = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Input:
    """A figure to type. `kind` is money, count, percent (0 to 100) or days; an empty one counts as `otherwise`."""

    name: str
    label: Text
    kind: str
    example: str
    help: Text = ""
    otherwise: float | None = None


@dataclass(slots=True)
class Answer:
    """What came out: the figure in large, what it means, and further figures with their names."""

    value: str
    says: str
    tone: str = ""
    more: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Calculator:
    key: str
    icon: str
    title: Text
    question: Text
    formula: Text
    inputs: tuple[Input, ...]
    answer: Callable[[Values], Answer]


class WrongFigures(Exception):
    """Some figures cannot be: by name, what is wrong and how to mend it."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(errors)
        self.errors = errors


def figures(calculator: Calculator, typed: Mapping[str, str]) -> dict[str, float]:
    """What was typed as numbers, shares from 0 to 1. Raises WrongFigures with a sentence for each wrong field."""
    found, errors = {}, {}
    for one in calculator.inputs:
        text = typed.get(one.name, "").strip().rstrip("%").strip()
        if not text and one.otherwise is not None:
            found[one.name] = one.otherwise
            continue
        try:
            value = parse_decimal(text)
        except ValueProblem:
            errors[one.name] = _("Write a number here.")
            continue
        if problem := _problem(one, value):
            errors[one.name] = problem
        found[one.name] = float(value / 100) if one.kind == "percent" else float(value)
    if not errors:
        for part, whole in (("hits", "n"), ("hits_before", "n_before"), ("hits_after", "n_after")):
            if part in found and found[part] > found[whole]:
                errors[part] = _("The part cannot be more than the whole.")
    if errors:
        raise WrongFigures(errors)
    return found


def _problem(one: Input, value: Decimal) -> str:
    if abs(value) > 10**15:
        return _("This number is too large.")
    if one.kind == "percent" and not -100 <= value <= 100:
        return _("A percentage from 0 to 100.")
    if value < 0 and one.name != "change":
        return _("Not below zero.")
    if one.kind == "count" and value != value.to_integral_value():
        return _("A whole number.")
    return ""


def money(value: float | None) -> str:
    return "–" if value is None else formats.money(Decimal(round(value)), current().currency)


def percent(value: float | None, digits: int = 1) -> str:
    return "–" if value is None else formats.percent(value, digits)


def _nothing(why: str) -> Answer:
    return Answer("–", why, "warn")


def _win_rate(given: Values) -> Answer:
    found = reckon.share(hits=int(given["hits"]), n=int(given["n"]))
    if found.value is None or found.low is None or found.high is None:
        return _nothing(_("No deal was closed: there is no win rate yet."))
    if found.n < 5:
        return Answer(percent(found.value), _("Below five deals a share says nothing yet."), "warn")
    says = _("With %(n)s deals the true rate lies between %(low)s and %(high)s, at 95 %%.") % {
        "n": formats.number(found.n), "low": percent(found.low), "high": percent(found.high),
    }  # fmt: skip
    return Answer(percent(found.value), says)


def _velocity(given: Values) -> Answer:
    found = reckon.pipeline_velocity(
        deals=int(given["deals"]),
        amount=given["amount"],
        win_rate=given["win_rate"],
        cycle_days=given["cycle_days"],
    )
    if found is None:
        return _nothing(_("A cycle of no days cannot be."))
    more = [(_("A month of 30 days"), money(found * 30)), (_("A quarter"), money(found * 91))]
    tenth = money(found * 0.1 * 30)
    says = _(
        "Ten percent more of any of the first three, or a cycle a tenth shorter, brings about %(money)s more a month."
    )
    return Answer(_("%(money)s a day") % {"money": money(found)}, says % {"money": tenth}, more=more)


def _cac(given: Values) -> Answer:
    each = reckon.acquisition_cost(cost=given["cost"], customers=int(given["customers"]))
    if each is None:
        return _nothing(_("No new customer: the cost of one cannot be told."))
    months = reckon.payback_months(
        cost_each=each, revenue_month=given["revenue_month"], margin=given["margin"]
    )
    if months is None:
        return Answer(money(each), _("Type revenue and margin to see when it comes back."))
    says = _("A new customer has brought it back after %(num)s months.") % {"num": formats.number(months, 1)}
    return Answer(money(each), says, "good" if months <= 12 else "warn" if months <= 24 else "bad")


def _coverage(given: Values) -> Answer:
    need = reckon.quota_need(
        quota=given["quota"], won=given["won"], open_value=given["open_value"], win_rate=given["win_rate"]
    )
    if not need.left:
        return Answer(_("Made"), _("The quota is won already."), "good")
    more = [(_("Still to win"), money(need.left)), (_("Pipeline needed"), money(need.pipeline))]
    if need.coverage is None or need.needed_coverage is None or need.missing is None:
        return Answer(
            _times(need.coverage), _("Without a win rate nobody can say how much is enough."), more=more
        )
    enough = need.missing <= 0
    says = (
        _("Enough: at this win rate %(times)s is needed.") if enough
        else _("At this win rate %(times)s is needed: %(money)s of pipeline is missing.")
    ) % {"times": _times(need.needed_coverage), "money": money(need.missing)}  # fmt: skip
    return Answer(_times(need.coverage), says, "good" if enough else "bad", more)


def _times(value: float | None) -> str:
    return "–" if value is None else f"{formats.number(value, 1)}×"


def _churn(given: Values) -> Answer:
    if given["churned"] + given["contracted"] > given["start"]:
        return _nothing(_("More left than was there at the start."))
    found = reckon.retention(**{name: given[name] for name in ("start", "churned", "contracted", "expanded")})
    if found.net is None:
        return _nothing(_("Nobody was there at the start."))
    more = [(_("Churn"), percent(found.churn)), (_("Gross retention"), percent(found.gross)),
            (_("Net retention"), percent(found.net))]  # fmt: skip
    grows = found.net >= 1
    says = _("What you had grows without a single new customer.") if grows else _(
        "Of 100 at the start %(num)s are left; the rest has to come from new customers."
    ) % {"num": formats.number(found.net * 100, 1)}  # fmt: skip
    return Answer(percent(found.net), says, "good" if grows else "warn" if found.net >= 0.9 else "bad", more)


def _roi(given: Values) -> Answer:
    found = reckon.return_on_cost(revenue=given["revenue"], margin=given["margin"], cost=given["cost"])
    if found is None:
        return _nothing(_("Without a cost there is no return on it."))
    back = given["revenue"] * given["margin"]
    more = [(_("Margin earned"), money(back)), (_("After the cost"), money(back - given["cost"]))]
    says = (
        _("It brought back its cost and more.") if found > 0 else _("It brought back its cost.") if found == 0
        else _("It has not brought back its cost.")
    )  # fmt: skip
    return Answer(percent(found, 0), says, "good" if found > 0 else "warn" if found == 0 else "bad", more)


def _size(given: Values) -> Answer:
    found = reckon.sample_size(rate=given["rate"], change=given["change"])
    if found is None:
        return _nothing(
            _("The rate before and after must lie between 0 and 100 %, and something must change.")
        )
    says = _("With that many cases of each kind, a change from %(from)s to %(to)s is seen four times out of five.") % {
        "from": percent(given["rate"]), "to": percent(given["rate"] + given["change"]),
    }  # fmt: skip
    return Answer(formats.number(found), says, more=[(_("In both together"), formats.number(2 * found))])


def _noise(given: Values) -> Answer:
    found = reckon.change(
        hits_before=int(given["hits_before"]), n_before=int(given["n_before"]), hits_after=int(given["hits_after"]),
        n_after=int(given["n_after"]),
    )  # fmt: skip
    if found.difference is None or found.low is None or found.high is None:
        return _nothing(_("One side counted nothing: there is nothing to compare."))
    more = [
        (_("Before"), percent(found.before.value)), (_("After"), percent(found.after.value)),
        (_("Difference, at 95 %"), f"{_points(found.low)} … {_points(found.high)}"),
    ]  # fmt: skip
    if found.is_noise:
        says, tone = _("It may be chance: no difference at all fits these numbers too."), "warn"
    else:
        says, tone = _("Chance alone makes such a difference less than once in twenty times."), "good"
    return Answer(_points(found.difference), says, tone, more)


def _points(value: float) -> str:
    sign = "+" if value > 0 else ""
    return _("%(num)s points") % {"num": sign + formats.number(value * 100, 1)}


CALCULATORS = {
    one.key: one
    for one in (
        Calculator(
            "win-rate", "won", gettext_lazy("Win rate"), gettext_lazy("How sure is it, with so many deals?"),
            gettext_lazy("won ÷ closed, with Wilson's interval"),
            (
                Input("hits", gettext_lazy("Deals won"), "count", "12"),
                Input("n", gettext_lazy("Deals closed"), "count", "60",
                      gettext_lazy("Won, lost and without a decision, of those that ever were qualified.")),
            ),
            _win_rate,
        ),
        Calculator(
            "velocity", "forecast", gettext_lazy("Pipeline velocity"), gettext_lazy("What does the pipeline bring a day?"),
            gettext_lazy("deals × average value × win rate ÷ days of the cycle"),
            (
                Input("deals", gettext_lazy("Open deals"), "count", "40"),
                Input("amount", gettext_lazy("Average value of a won deal"), "money", "50000000"),
                Input("win_rate", gettext_lazy("Win rate"), "percent", "25"),
                Input("cycle_days", gettext_lazy("Days of the cycle"), "days", "50"),
            ),
            _velocity,
        ),
        Calculator(
            "coverage", "flag", gettext_lazy("Quota and coverage"), gettext_lazy("Is there enough pipeline for the quota?"),
            gettext_lazy("open pipeline ÷ (quota − won), beside 1 ÷ win rate"),
            (
                Input("quota", gettext_lazy("Quota of the period"), "money", "1000000000"),
                Input("won", gettext_lazy("Won so far"), "money", "400000000", otherwise=0),
                Input("open_value", gettext_lazy("Open pipeline"), "money", "1500000000"),
                Input("win_rate", gettext_lazy("Win rate by value"), "percent", "25"),
            ),
            _coverage,
        ),
        Calculator(
            "cac", "contact", gettext_lazy("Cost of a new customer"),
            gettext_lazy("What does one cost, and when does it come back?"),
            gettext_lazy("cost of sales and marketing ÷ new customers; ÷ (revenue a month × margin)"),
            (
                Input("cost", gettext_lazy("Cost of sales and marketing"), "money", "120000000"),
                Input("customers", gettext_lazy("New customers"), "count", "8"),
                Input("revenue_month", gettext_lazy("Revenue of a customer a month"), "money", "2500000", otherwise=0),
                Input("margin", gettext_lazy("Gross margin"), "percent", "60", otherwise=0),
            ),
            _cac,
        ),
        Calculator(
            "retention", "reopen", gettext_lazy("Churn and retention"), gettext_lazy("How much of what you had stays?"),
            gettext_lazy("(start − churn − contraction + expansion) ÷ start"),
            (
                Input("start", gettext_lazy("Recurring revenue at the start"), "money", "100000000",
                      gettext_lazy("Or customers: count everything in the same unit.")),
                Input("churned", gettext_lazy("Lost with customers who left"), "money", "10000000"),
                Input("contracted", gettext_lazy("Lost with customers who stayed"), "money", "10000000", otherwise=0),
                Input("expanded", gettext_lazy("Gained with customers who stayed"), "money", "10000000", otherwise=0),
            ),
            _churn,
        ),
        Calculator(
            "roi", "chart", gettext_lazy("Return on a campaign"), gettext_lazy("Did it bring back more than it cost?"),
            gettext_lazy("(revenue × margin − cost) ÷ cost"),
            (
                Input("revenue", gettext_lazy("Revenue that came of it"), "money", "90000000"),
                Input("margin", gettext_lazy("Gross margin"), "percent", "50"),
                Input("cost", gettext_lazy("Cost"), "money", "30000000"),
            ),
            _roi,
        ),
        Calculator(
            "sample-size", "users", gettext_lazy("Size of a trial"),
            gettext_lazy("How many cases do we need to see a change?"),
            gettext_lazy("two shares, at 95 %, with a chance of 80 % to see it"),
            (
                Input("rate", gettext_lazy("Rate today"), "percent", "20"),
                Input("change", gettext_lazy("Change worth seeing, in points"), "percent", "5"),
            ),
            _size,
        ),
        Calculator(
            "noise", "search", gettext_lazy("Is this change noise?"), gettext_lazy("Two rates: is one really better?"),
            gettext_lazy("difference of two shares, with Newcombe's interval"),
            (
                Input("hits_before", gettext_lazy("Hits before"), "count", "20",
                      gettext_lazy("Deals won, answers, demos held: whatever counts as a hit.")),
                Input("n_before", gettext_lazy("Cases before"), "count", "100"),
                Input("hits_after", gettext_lazy("Hits after"), "count", "27"),
                Input("n_after", gettext_lazy("Cases after"), "count", "100"),
            ),
            _noise,
        ),
    )
}  # fmt: skip


def typed_of(calculator: Calculator, given: Mapping[str, Any]) -> dict[str, str]:
    """What stands in the fields: what came with the address, or else the example."""
    if not any(one.name in given for one in calculator.inputs):
        return {one.name: one.example for one in calculator.inputs}
    return {one.name: str(given.get(one.name, "")) for one in calculator.inputs}
