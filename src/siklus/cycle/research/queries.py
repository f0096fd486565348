"""The dossier as screens read it, the doors, and how far the research of a deal is."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet

from siklus.cycle.research.attributes import field_of, field_value
from siklus.cycle.research.models import (
    WHY,
    ChecklistItem,
    Competitor,
    Finding,
    Relevance,
    ResearchRule,
    Rival,
    Section,
    Tick,
    WebsiteReading,
)
from siklus.platform.accounts.models import User
from siklus.platform.accounts.visibility import visible_q
from siklus.platform.i18n.keys import phone_key
from siklus.records.companies.models import Company
from siklus.records.contacts.models import Contact
from siklus.records.deals.models import Deal


@dataclass(slots=True)
class Line:
    """One attribute of a dossier: the finding that holds, and those that stood before it."""

    holds: Finding
    before: list[Finding] = field(default_factory=list)


@dataclass(slots=True)
class Part:
    """One section of a dossier with its lines, in the order of their attributes."""

    section: Section
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class Step:
    """One item of the checklist for a deal. `by_dossier`: the dossier itself answers it."""

    item: ChecklistItem
    is_done: bool
    by_dossier: bool


def findings_for(viewer: User) -> QuerySet[Finding]:
    """Findings about the companies and people that the viewer may see."""
    rows = Finding.objects.filter(Q(company__merged_into=None) & Q(contact__merged_into=None))
    company, contact = visible_q(viewer, owner="company__owner"), visible_q(viewer, owner="contact__owner")
    if company is None or contact is None:
        return rows
    return rows.filter((Q(company__isnull=False) & company) | (Q(contact__isnull=False) & contact))


def finding_for(viewer: User, finding_id: int) -> Finding:
    """One finding. Raises Finding.DoesNotExist for strangers too."""
    return findings_for(viewer).select_related("company", "contact", "by").get(pk=finding_id)


def dossier_of(*, company: Company | None = None, contact: Contact | None = None) -> list[Part]:
    """The sections that say something. Of a company or person whose door the caller opened."""
    rows = Finding.objects.filter(company=company, contact=contact, withdrawn_at=None).select_related("by")
    return parts_of(rows)


def parts_of(findings: Iterable[Finding]) -> list[Part]:
    """Findings by section and attribute: the newest holds, of two of one day the surer one, and then the later one."""
    by_key: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for one in findings:
        by_key[one.section, one.key].append(one)
    found = []
    for section in Section:
        lines = []
        for (name, _key), rows in by_key.items():
            if name == section:
                rows.sort(key=lambda one: one.rank, reverse=True)
                lines.append(Line(rows[0], rows[1:]))
        if lines:
            lines.sort(key=lambda line: line.holds.key)
            found.append(Part(section, lines))
    return found


def last_reading(company_id: int) -> WebsiteReading | None:
    """The last visit to the company's website, or the one that is under way; None before the first."""
    rows = WebsiteReading.objects.filter(company_id=company_id).select_related("by")
    return rows.order_by("-pk").first()


def proposals_in(company: Company, parts: Iterable[Part]) -> dict[int, str]:
    """What the website says otherwise than the company's own field: finding → field."""
    found = {}
    for part in parts:
        for line in part.lines:
            field = field_of(line.holds)
            if field and not _is_same(getattr(company, field), field_value(field, line.holds.value)):
                found[line.holds.pk] = field
    return found


def _is_same(stands: Any, says: Any) -> bool:
    """Do two values mean the same? Numbers of phones are written in many ways."""
    if stands == says:
        return True
    if not isinstance(stands, str) or not isinstance(says, str):
        return False
    phones = phone_key(stands), phone_key(says)
    return (phones[0] is not None and phones[0] == phones[1]) or _plain(stands) == _plain(says)


def _plain(text: str) -> str:
    text = text.strip().casefold().rstrip("/")
    return text.removeprefix("https://").removeprefix("http://").removeprefix("www.")


def relevance_of(company_id: int | None) -> Relevance | None:
    """Why we matter to a company, as written last; None when nobody has, or it was emptied."""
    if company_id is None:
        return None
    last = Relevance.objects.filter(company_id=company_id).select_related("by").order_by("-pk").first()
    return last if last is not None and last.text else None


def competitors_in_use() -> list[Competitor]:
    return list(Competitor.objects.filter(retired_at=None))


def competitor_for(_viewer: User, competitor_id: int) -> Competitor:
    """Competitors are known to everybody."""
    return Competitor.objects.get(pk=competitor_id)


def rivals_of(deal_id: int) -> list[Rival]:
    """Who else is after a deal, in the order they were named."""
    return list(Rival.objects.filter(deal_id=deal_id).select_related("competitor").order_by("pk"))


def items_of(pipeline_id: int) -> list[ChecklistItem]:
    """The checklist of a pipeline, in its order."""
    return list(ChecklistItem.objects.filter(pipeline_id=pipeline_id, retired_at=None))


def item_for(_viewer: User, item_id: int) -> ChecklistItem:
    return ChecklistItem.objects.get(pk=item_id)


def steps_of(deal: Deal, pipeline_id: int | None = None) -> list[Step]:
    """The checklist of the deal's pipeline with what is done: by hand, or because the dossier says something there."""
    items = items_of(pipeline_id or deal.pipeline_id)
    if not items:
        return []
    done = set(Tick.objects.filter(deal_id=deal.pk).values_list("item_id", flat=True)) if deal.pk else set()
    known = _sections_of(deal) if any(item.section for item in items) else set()
    return [Step(item, item.pk in done or item.section in known, item.section in known) for item in items]


def demands_research(pipeline_id: int) -> bool:
    """Does this pipeline ask for the checklist before the first contact?"""
    return ResearchRule.objects.filter(pipeline_id=pipeline_id, is_demanded=True).exists()


def _sections_of(deal: Deal) -> set[str]:
    """The sections in which the dossier of the deal's company or person says something."""
    if deal.company_id is None and deal.contact_id is None:
        return set()
    about = Q()
    if deal.company_id is not None:
        about |= Q(company_id=deal.company_id)
    if deal.contact_id is not None:
        about |= Q(contact_id=deal.contact_id)
    rows = Finding.objects.filter(about, withdrawn_at=None)
    found = set(rows.order_by().values_list("section", flat=True).distinct())
    return found | {WHY} if relevance_of(deal.company_id) else found
