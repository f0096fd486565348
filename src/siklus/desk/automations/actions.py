"""What can happen to an automation."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from siklus.desk.automations.clock import next_due
from siklus.desk.automations.conditions import read
from siklus.desk.automations.facts import (
    AutomationAdded,
    AutomationChanged,
    AutomationRetired,
    AutomationSwitchedOff,
    AutomationSwitchedOn,
)
from siklus.desk.automations.models import About, Automation, When
from siklus.platform.accounts.models import User
from siklus.platform.installation.current import current
from siklus.platform.journal.facts import fact_class
from siklus.platform.journal.record import record
from siklus.records.deals.steps import step_named
from siklus.records.fields.record import Refused, StaleEdit

EDITABLE = ("name", "when", "fact", "hour", "weekday", "about", "conditions", "steps", "owner")
MOST_STEPS = 10


class CannotChangeAutomation(Refused):
    """The automation cannot be as asked."""


@transaction.atomic
def add_automation(*, by: User, at: datetime, is_on: bool = False, **values: Any) -> Automation:
    """Write an automation down. It does nothing until it is switched on."""
    automation = Automation(created_at=at, updated_at=at, owner=by)
    _set(automation, values)
    check(automation, at)
    automation.save()
    record(AutomationAdded(automation=automation.pk, title=automation.name), by=by, at=at)
    return switch_automation(automation=automation, on=True, by=by, at=at) if is_on else automation


@transaction.atomic
def edit_automation(
    *, automation: Automation, by: User, at: datetime, expected_version: int | None = None, **values: Any
) -> Automation:
    automation = _locked(automation, expected_version)
    changed = _set(automation, values)
    check(automation, at)
    if not changed:
        return automation
    if {"when", "about", "conditions", "hour", "weekday", "owner"} & set(changed):
        _begin_anew(automation, at)
    _save(automation, at)
    fact = AutomationChanged(automation=automation.pk, title=automation.name, fields=tuple(changed))
    record(fact, by=by, at=at)
    return automation


@transaction.atomic
def switch_automation(*, automation: Automation, on: bool, by: User, at: datetime) -> Automation:
    """On: from now. A condition that is true already when it is switched on is not news, and nothing is made up for."""
    automation = _locked(automation, None)
    if automation.is_on == on:
        return automation
    if on:
        check(automation, at)
    automation.is_on = on
    _begin_anew(automation, at)
    _save(automation, at)
    fact = AutomationSwitchedOn if on else AutomationSwitchedOff
    record(fact(automation=automation.pk, title=automation.name), by=by, at=at)
    return automation


@transaction.atomic
def retire_automation(*, automation: Automation, by: User, at: datetime) -> None:
    """Put it away; its log stays."""
    automation = _locked(automation, None)
    automation.is_on, automation.retired_at = False, at
    _begin_anew(automation, at)
    _save(automation, at)
    record(AutomationRetired(automation=automation.pk, title=automation.name), by=by, at=at)


def check(automation: Automation, at: datetime) -> None:
    """Puts it into the form that is stored. Raises CannotChangeAutomation."""
    automation.name = " ".join(automation.name.split())[:120]
    if not automation.name:
        raise CannotChangeAutomation(_("An automation needs a name."), field="name")
    if automation.when not in When.values or automation.about not in About.values:
        raise CannotChangeAutomation(_("When shall it begin?"), field="when")
    if automation.when != When.FACT:
        automation.fact = ""
    elif fact_class(automation.fact) is None:
        raise CannotChangeAutomation(_("What has to happen?"), field="fact")
    if not (0 <= automation.hour < 24 and 0 <= automation.weekday < 7):
        raise CannotChangeAutomation(_("An hour is a number from 0 to 23."), field="hour")
    owner = automation.owner
    if owner is None or not (owner.is_active and owner.can_run_operations):
        raise CannotChangeAutomation(
            _("Its owner is somebody of operations or an administrator."), field="owner"
        )
    made = read(automation.conditions, owner, at)
    if made.problems:
        raise CannotChangeAutomation(" ".join(made.problems), field="conditions")
    automation.conditions = made.narrowed()
    if automation.when == When.TRUE and not automation.conditions:
        raise CannotChangeAutomation(_("What has to become true?"), field="conditions")
    automation.steps = _clean_steps(automation.steps)


def _clean_steps(steps: Any) -> list[dict[str, Any]]:
    if not steps:
        raise CannotChangeAutomation(_("What shall be done?"), field="steps")
    if len(steps) > MOST_STEPS:
        raise CannotChangeAutomation(_("Ten steps are the most."), field="steps")
    found = []
    for one in steps:
        known = step_named(one.get("step", ""))
        if known is None:
            raise CannotChangeAutomation(_("What shall be done?"), field="steps")
        try:
            found.append({"step": known.key, "values": known.clean(one.get("values") or {})})
        except Refused as refusal:
            raise CannotChangeAutomation(refusal.message, field="steps") from refusal
    return found


def _set(automation: Automation, values: dict[str, Any]) -> list[str]:
    changed = []
    for name, value in values.items():
        if name not in EDITABLE:
            raise CannotChangeAutomation(
                _("“%(field)s” cannot be changed here.") % {"field": name}, field=name
            )
        if getattr(automation, name) != value:
            setattr(automation, name, value)
            changed.append(name)
    return changed


def _begin_anew(automation: Automation, at: datetime) -> None:
    automation.holdings.all().delete()
    automation.is_primed = False
    automation.due_at = None
    if automation.is_on:
        automation.due_at = (
            at if automation.when == When.TRUE else next_due(automation, at, current().time_zone)
        )


def _save(automation: Automation, at: datetime) -> None:
    automation.version += 1
    automation.updated_at = at
    automation.save()


def _locked(automation: Automation, expected_version: int | None) -> Automation:
    fresh = Automation.objects.select_for_update(of=("self",)).select_related("owner").get(pk=automation.pk)
    if fresh.retired_at is not None:
        raise CannotChangeAutomation(_("This automation is not in use any more."))
    if expected_version is not None and fresh.version != expected_version:
        raise StaleEdit(fresh)
    return fresh
