"""A dry run on the past: which deals an automation would have taken, and what it would have done. It only reads."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from siklus.desk.automations.clock import next_due
from siklus.desk.automations.conditions import base, matching, not_so, read
from siklus.desk.automations.models import Automation, When
from siklus.desk.automations.reactions import deals_of
from siklus.platform.accounts.models import User
from siklus.platform.installation.current import current
from siklus.platform.journal.queries import happened
from siklus.records.deals.models import Deal
from siklus.records.deals.steps import step_named

MOST = 500


@dataclass(frozen=True)
class Would:
    """One deal on one occasion."""

    at: datetime
    deal: Deal
    why_not: str = ""


@dataclass
class Rehearsal:
    taken: list[Would] = field(default_factory=list)
    left: list[Would] = field(default_factory=list)
    occasions: int = 0
    is_cut: bool = False  # there was more than we looked at
    steps: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def would_do(
    automation: Automation, since: datetime, until: datetime, now: datetime, viewer: User
) -> Rehearsal:
    """Conditions are asked of the deals as they are today: the list language knows no other day."""
    made = read(automation.conditions, viewer, now)
    known = [(step_named(one["step"]), one) for one in automation.steps]
    found = Rehearsal(
        problems=list(made.problems),
        steps=[one.said(raw["values"]) if one else raw["step"] for one, raw in known],
    )
    if made.problems:
        return found
    if automation.when != When.FACT:
        return _on_the_clock(found, automation, matching(automation, made, viewer), since, until, now)
    entries = list(happened(automation.fact, since, until)[: MOST + 1])
    found.is_cut, found.occasions = len(entries) > MOST, len(entries[:MOST])
    pairs = [(entry.happened_at, deal_id) for entry in entries[:MOST] for deal_id in deals_of(entry)]
    rows = base(automation, viewer).select_related("owner", "stage")
    deals = rows.in_bulk({deal_id for _at, deal_id in pairs})
    verdicts = {pk: "; ".join(not_so(automation, made, viewer, deal)) for pk, deal in deals.items()}
    for at, deal_id in pairs:
        if deal_id in deals:
            one = Would(at, deals[deal_id], verdicts[deal_id])
            (found.left if one.why_not else found.taken).append(one)
    return found


def _on_the_clock(
    found: Rehearsal,
    automation: Automation,
    rows: QuerySet[Deal],
    since: datetime,
    until: datetime,
    now: datetime,
) -> Rehearsal:
    deals = list(rows.select_related("owner", "stage").order_by("-pk")[: MOST + 1])
    found.is_cut = len(deals) > MOST
    if automation.when == When.TRUE:
        found.occasions = 1
    else:
        moment, zone = next_due(automation, since, current().time_zone), current().time_zone
        while moment is not None and moment < until:
            found.occasions += 1
            moment = next_due(automation, moment, zone)
    found.taken = [Would(now, deal) for deal in deals[:MOST]] if found.occasions else []
    return found


def occasions_said(found: Rehearsal, automation: Automation) -> str:
    if automation.when == When.FACT:
        return _("It happened %(count)s times in this period.") % {"count": found.occasions}
    if automation.when == When.TRUE:
        return _("This is how it stands today: each of these would be taken once, when it becomes true.")
    return _("The hour came %(count)s times in this period, each time for these deals.") % {
        "count": found.occasions
    }
