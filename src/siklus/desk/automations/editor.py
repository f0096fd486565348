"""The sentence as a form: rows of conditions and steps out of what was posted, and back into what a page shows."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from siklus.desk.automations.actions import MOST_STEPS
from siklus.desk.automations.conditions import read
from siklus.desk.automations.models import Automation
from siklus.desk.filters.clauses import join_values
from siklus.desk.filters.columns import Column
from siklus.desk.filters.read import Filter
from siklus.desk.filters.spans import WORDS
from siklus.desk.lists.dialogs import choices_of
from siklus.platform.accounts.models import User
from siklus.records.deals.steps import Setting, Step, step_named, steps

MOST_CONDITIONS = 10
RELATIVE = {"me", "team"}


@dataclass
class Condition:
    column: str = ""
    is_not: bool = False
    values: list[str] = field(default_factory=list)


@dataclass
class Action:
    step: str = ""
    values: dict[str, str] = field(default_factory=dict)


@dataclass
class Draft:
    name: str = ""
    when: str = "fact"
    fact: str = ""
    hour: str = "8"
    weekday: str = "0"
    about: str = "both"
    conditions: list[Condition] = field(default_factory=list)
    any_of: str = ""  # groups of alternatives, which the page shows and keeps
    actions: list[Action] = field(default_factory=list)
    version: str = ""

    def query(self) -> str:
        """The conditions in the language of the lists."""
        made = QueryDict(mutable=True)
        for one in self.conditions:
            if one.column and any(one.values):
                made.appendlist(one.column, ("!" if one.is_not else "") + join_values(one.values))
        for group in self.any_of.split("\n"):
            if group:
                made.appendlist("any", group)
        return made.urlencode()

    def taken(self) -> dict[str, Any]:
        """What the verbs take."""
        return {
            "name": self.name, "when": self.when, "fact": self.fact, "hour": _small(self.hour),
            "weekday": _small(self.weekday), "about": self.about, "conditions": self.query(),
            "steps": [{"step": one.step, "values": one.values} for one in self.actions if one.step],
        }  # fmt: skip


def _small(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 3 else 99


def first() -> Draft:
    return Draft(actions=[Action("activity", starts("activity"))])


def starts(key: str) -> dict[str, str]:
    known = step_named(key)
    return {one.key: one.start for one in known.settings} if known else {}


def draft_of(automation: Automation, viewer: User, now: datetime) -> Draft:
    made = read(automation.conditions, viewer, now)
    return Draft(
        automation.name, automation.when, automation.fact, str(automation.hour), str(automation.weekday),
        automation.about, [Condition(one.column.key, one.is_not, list(one.values)) for one in made.clauses],
        "\n".join(value for key, value in made.pairs() if key == "any"),
        [Action(one["step"], dict(one["values"])) for one in automation.steps], str(automation.version),
    )  # fmt: skip


def read_post(posted: Any) -> Draft:
    """What was posted, with the row that somebody added or took away; nothing is refused here."""
    conditions = [_condition(posted, f"c{n}-") for n in range(_count(posted, "conditions", MOST_CONDITIONS))]
    actions = [_action(posted, f"s{n}-") for n in range(_count(posted, "steps", MOST_STEPS))]
    for rows, gone in ((conditions, "drop_condition"), (actions, "drop_step")):
        place = posted.get(gone, "")
        if place.isdecimal() and int(place[:3]) < len(rows):
            del rows[int(place[:3])]
    if "add_condition" in posted and len(conditions) < MOST_CONDITIONS:
        conditions.append(Condition())
    if "add_step" in posted and len(actions) < MOST_STEPS:
        actions.append(Action())
    plain = {key: posted.get(key, "")[:200] for key in ("name", "when", "fact", "hour", "weekday", "about")}
    return Draft(
        **plain, conditions=conditions, any_of=posted.get("any", "")[:2000], actions=actions,
        version=posted.get("version", "")[:9],
    )  # fmt: skip


def _count(posted: Any, name: str, most: int) -> int:
    return min(_small(posted.get(name, "") or "0"), most)


def _condition(posted: Any, head: str) -> Condition:
    column = posted.get(f"{head}column", "")[:80]
    if column != posted.get(f"{head}was", column):
        return Condition(column)  # another one was chosen: its values are not those of the old one
    values = [one[:200] for one in posted.getlist(f"{head}value") if one.strip()]
    low, high = (posted.get(f"{head}{end}", "").strip()[:30] for end in ("from", "to"))
    if low or high:
        values = [f"{low}..{high}"]
    return Condition(column, posted.get(f"{head}not") == "1", values)


def _action(posted: Any, head: str) -> Action:
    key = posted.get(f"{head}step", "")[:80]
    known = step_named(key)
    if known is None or key != posted.get(f"{head}was", key):
        return Action(key, starts(key))
    return Action(key, {one.key: posted.get(f"{head}{one.key}", "")[:500] for one in known.settings})


def condition_controls(draft: Draft, made: Filter) -> list[dict[str, Any]]:
    """Each row with what its column can be."""
    found = []
    for one in draft.conditions:
        column = made.columns.get(one.column)
        low, _dots, high = one.values[0].partition("..") if one.values else ("", "", "")
        found.append({
            "row": one, "column": column, "kind": _control(column), "from": low, "to": high if _dots else low,
            "choices": _offered(made, column, one.values) if column else [],
        })  # fmt: skip
    return found


def _control(column: Column | None) -> str:
    if column is None:
        return ""
    if column.kind in {"date", "moment"}:
        return "span"
    if column.is_number or column.kind == "year":
        return "range"
    return "ticks" if column.choices or column.kind in {"person", "tags"} else "text"


def _offered(made: Filter, column: Column, chosen: list[str]) -> list[tuple[str, str]]:
    if column.kind in {"date", "moment"}:
        words = [(key, str(label)) for key, label in WORDS.items()]
        return words + [(one, one) for one in chosen if one not in WORDS]
    return [(key, label) for key, label in choices_of(made, column) if key not in RELATIVE]


def columns(made: Filter) -> list[tuple[str, str]]:
    return [
        (one.key, str(one.label))
        for one in made.columns.values()
        if one.is_filter and one.key not in {"q", "name"}
    ]


def step_controls(
    draft: Draft,
) -> list[tuple[Action, Step | None, list[tuple[Setting, list[tuple[str, str]] | None]]]]:
    found = []
    for one in draft.actions:
        known = step_named(one.step)
        settings = (
            [(each, each.choices() if each.choices else None) for each in known.settings] if known else []
        )
        found.append((one, known, settings))
    return found


def step_choices() -> list[tuple[str, str]]:
    return [(one.key, str(one.label)) for one in steps()]


def hours() -> list[tuple[str, str]]:
    return [(str(hour), _("%(hour)s o'clock") % {"hour": f"{hour:02d}.00"}) for hour in range(24)]
