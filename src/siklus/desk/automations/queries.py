"""The door to automations: for operations and administrators."""

import dataclasses
import re
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Q, QuerySet
from django.utils.translation import gettext as _

from siklus.desk.automations.conditions import groups, read, text_of
from siklus.desk.automations.models import Automation, Run, RunState, When
from siklus.platform.accounts.models import User
from siklus.platform.i18n import formats
from siklus.platform.journal.facts import all_facts, fact_class
from siklus.records.deals.steps import step_named

WEEK = timedelta(days=7)
MONDAY = date(2024, 1, 1)
# Facts about these belong to a deal by what they mention; every other fact says so with a field of its own.
OF_DEALS = frozenset({"deal", "activity", "quote", "plan", "message", "enrolment"})


def automations_for(viewer: User) -> QuerySet[Automation]:
    rows = Automation.objects.filter(retired_at=None).select_related("owner")
    return rows if viewer.can_run_operations else rows.none()


def automation_for(viewer: User, automation_id: int) -> Automation:
    """Raises Automation.DoesNotExist for strangers too."""
    return automations_for(viewer).get(pk=automation_id)


def with_counts(rows: QuerySet[Automation], now: datetime) -> QuerySet[Automation]:
    """Each with its last seven days."""
    recent = Q(runs__at__gte=now - WEEK)
    return rows.annotate(
        ran=Count("runs", filter=recent & Q(runs__state=RunState.DONE)),
        wrong=Count("runs", filter=recent & Q(runs__state__in=[RunState.FAILED, RunState.STOPPED])),
        last_at=Max("runs__at", filter=Q(runs__state=RunState.DONE)),
    )


def runs_of(automation: Automation) -> QuerySet[Run]:
    return automation.runs.order_by("-id")


def heard_facts() -> frozenset[str]:
    """The facts that some automation waits for."""
    rows = Automation.objects.filter(is_on=True, retired_at=None, when=When.FACT)
    return frozenset(rows.values_list("fact", flat=True))


def fact_words(name: str) -> str:
    """A fact as a list offers it: its sentence, with dots for what is different each time."""
    fact = fact_class(name)
    return re.sub(r"[“\"]?%\(\w+\)[sd][”\"]?", "…", str(fact.sentence)) if fact else name


def fact_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Facts that may belong to a deal, by what they are about."""
    found: dict[str, list[tuple[str, str]]] = {}
    for name, fact in all_facts().items():
        if fact.about in OF_DEALS or "deal" in {field.name for field in dataclasses.fields(fact)}:
            found.setdefault(fact.about.replace("_", " "), []).append((name, fact_words(name)))
    return sorted(found.items(), key=lambda pair: (pair[0] != "deal", pair[0]))


def when_words(automation: Automation) -> str:
    hour = f"{automation.hour:02d}.00"
    if automation.when == When.FACT:
        return _("it is recorded: %(what)s") % {"what": fact_words(automation.fact)}
    if automation.when == When.DAILY:
        return _("it is %(hour)s, every day") % {"hour": hour}
    if automation.when == When.WEEKLY:
        return _("it is %(hour)s on %(day)s") % {"hour": hour, "day": weekdays()[automation.weekday][1]}
    return _("it becomes true")


def weekdays() -> list[tuple[int, str]]:
    return [(number, formats.weekday(MONDAY + timedelta(days=number))) for number in range(7)]


def sentence(automation: Automation, viewer: User, now: datetime) -> dict[str, Any]:
    """When, if, then, in words."""
    made = read(automation.conditions, viewer, now)
    steps = []
    for one in automation.steps:
        known = step_named(one["step"])
        steps.append(known.said(one["values"]) if known else one["step"])
    return {
        "when": when_words(automation), "about": automation.get_about_display(),
        "conditions": [text_of(group) for group in groups(made)], "problems": made.problems, "steps": steps,
    }  # fmt: skip
