"""The "if" of an automation: the language of the lists, read for one deal or for all."""

from datetime import datetime

from django.db.models import Q, QuerySet
from django.http import QueryDict

from siklus.desk.automations.models import About, Automation, When
from siklus.desk.filters.clauses import Clause
from siklus.desk.filters.read import Filter, read_filter
from siklus.platform.accounts.models import User
from siklus.records.deals.models import Deal
from siklus.records.deals.queries import deals_for


def read(conditions: str, viewer: User, now: datetime) -> Filter:
    """The conditions as a list reads them; what is not understood stands in `problems`."""
    return read_filter("deals", QueryDict(conditions), viewer, now)


def base(automation: Automation, viewer: User) -> QuerySet[Deal]:
    """The leads and deals that its owner may see: an automation sees no more than they."""
    rows = deals_for(viewer)
    if automation.about == About.BOTH:
        return rows
    return rows.filter(qualified_at__isnull=automation.about == About.LEADS)


def groups(made: Filter) -> list[list[Clause]]:
    """All that has to be so; of several in one group, one is enough."""
    return [
        *([one] for one in made.clauses if one.column.key != "status" or one.values != ("any",)),
        *made.any_of,
    ]


def q_of(group: list[Clause]) -> Q:
    total = Q()
    for one in group:
        total |= one.q
    return total


def text_of(group: list[Clause]) -> str:
    return " / ".join(f"{one.label}: {one.text}" for one in group)


def matching(automation: Automation, made: Filter, viewer: User) -> QuerySet[Deal]:
    """All deals for which it is so. Who looks at all of them means the open ones, unless a status is asked for."""
    rows = base(automation, viewer)
    if automation.when != When.FACT and made.has("status") is None:
        rows = rows.filter(status="open")
    for group in groups(made):
        rows = rows.filter(q_of(group))
    return rows


def not_so(automation: Automation, made: Filter, viewer: User, deal: Deal) -> list[str]:
    """What is not so for a deal; nothing when it matches."""
    if matching(automation, made, viewer).filter(pk=deal.pk).exists():
        return []
    one = base(automation, viewer).filter(pk=deal.pk)
    wrong = [text_of(group) for group in groups(made) if not one.filter(q_of(group)).exists()]
    return wrong or [str(deal.get_status_display())]
