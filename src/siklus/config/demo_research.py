"""What the demo company knows of those it sells to: their website read, what people found out, why we matter to them."""

import json
from datetime import date, datetime, timedelta
from random import Random

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from siklus.cycle.research.actions import (
    add_item,
    ask_for_reading,
    begin_reading,
    finish_reading,
    note_finding,
    set_relevance,
    tick,
)
from siklus.cycle.research.models import ChecklistItem, Confidence
from siklus.cycle.research.ready import READY
from siklus.cycle.research.website.extract import best, parsed, values_of
from siklus.cycle.research.website.visit import Visit
from siklus.platform.accounts.models import User
from siklus.records.companies.models import Company
from siklus.records.deals.models import Deal, Pipeline, Status

MOST = 40
AREAS = {"Jakarta": "021", "Surabaya": "031", "Bandung": "022"}  # area codes of the switchboards
# What was found out, in the order of how often: (part of the dossier, about what, the value, the source, how sure).
RUMOUR, LIKELY, CERTAIN = Confidence.LOW, Confidence.MEDIUM, Confidence.HIGH
FOUND = (
    ("growth", gettext_noop("Branches"), gettext_noop("Opens two branches this year."), "news", LIKELY),
    ("people", gettext_noop("Who decides"), gettext_noop("The director signs; finance prepares it."), "call", CERTAIN),
    ("background", gettext_noop("Software now"), gettext_noop("Spreadsheets, and a till program of their own."), "call",
     CERTAIN),
    ("news", gettext_noop("Hiring"), gettext_noop("Looks for a head of IT."), "jobs", CERTAIN),
    ("funding", gettext_noop("Credit line"), gettext_noop("New credit line of a bank for stock."), "news", RUMOUR),
    ("competitors", gettext_noop("They compare with"), gettext_noop("Mitra Sistem, asked for a price last month."), "call",
     LIKELY),
)  # fmt: skip
WHY = (
    gettext_noop("Every branch they open adds a week to closing the books. With one stock for all branches they open "
                 "without it, and the director sees each evening what was sold."),
    gettext_noop("They lose orders between branch and head office. We can show their own orders in one list within the "
                 "demonstration, and the head of operations asked for exactly that."),
    gettext_noop("Their spreadsheet ends at three warehouses and the fourth comes in spring. Whoever decides has time "
                 "until then, and we have companies of their kind to show."),
)  # fmt: skip


def research_at_work(until: datetime) -> None:
    """Dossiers of the companies behind the largest open deals, begun in the week after the deal came."""
    chance = Random("siklus research")  # noqa: S311 - a made-up world, not a secret
    seen: set[int] = set()
    items = _checklists(until)
    rows = Deal.objects.filter(status=Status.OPEN, company__isnull=False, merged_into=None)
    for deal in rows.select_related("company", "owner", "stage").order_by("-amount_base", "pk"):
        if deal.company is None or deal.company_id in seen or len(seen) == MOST:
            continue
        seen.add(deal.company.pk)
        at = min(deal.created_at + timedelta(days=chance.randint(0, 6), hours=1), until)
        _website(deal.company, deal, at, chance)
        known = chance.randint(1, len(FOUND))
        for part, about, value, source, sure in FOUND[:known]:
            note_finding(
                company=deal.company, section=part, attribute=_(about), value=_(value), source=_source(source),
                source_url=_address(source, deal.company), observed_at=(at - timedelta(days=chance.randint(0, 20))).date(),
                confidence=sure, by=deal.owner, at=at,
            )  # fmt: skip
        if known > 2:
            set_relevance(company=deal.company, text=_(chance.choice(WHY)), by=deal.owner, at=at)
        if deal.stage.kind not in ("prospecting", "research"):
            for item in items:
                if item.pipeline_id == deal.pipeline_id and chance.random() < 0.7:
                    tick(deal=deal, item=item, by=deal.owner, at=at)


def _checklists(at: datetime) -> list[ChecklistItem]:
    """The ready checklist in every pipeline."""
    by = User.objects.filter(role="operations").first()
    return [
        add_item(pipeline=pipeline, label_en=english, label_id=indonesian, section=section, by=by, at=at)
        for pipeline in Pipeline.objects.filter(retired_at=None)
        for english, indonesian, section in READY
    ]


def _source(kind: str) -> str:
    return {"news": _("Business paper"), "call": _("Call"), "jobs": _("Job advertisement")}[kind]


def _address(kind: str, company: Company) -> str:
    slug = "".join(sign if sign.isalnum() else "-" for sign in company.name.lower()).strip("-")
    return {"news": f"https://kabarniaga.example/{slug}", "jobs": f"{company.website}/karier"}.get(kind, "")


def _website(company: Company, deal: Deal, at: datetime, chance: Random) -> None:
    """Their page is made up; it is read as every page is, and what it tells is written as always."""
    if not company.website:
        return
    asked = ask_for_reading(company=company, by=deal.owner, at=at)
    reading = begin_reading(at=at, only=asked.pk)
    if reading is None:
        return
    url, site = f"{company.website}/", asked.site
    visit = Visit()
    for address, page in (
        (url, _home(company, at.date(), chance)),
        (f"{url}kontak", _contact(company, site, chance)),
    ):
        values = values_of(parsed(page), address, site=site, region="ID")
        visit.found += values
        visit.pages.append({"url": address, "outcome": "read", "values": len({one.key for one in values})})
    visit.found = best(visit.found)
    finish_reading(reading=reading, visit=visit, at=at + timedelta(seconds=9))


def _home(company: Company, today: date, chance: Random) -> str:
    told = {
        "@context": "https://schema.org", "@type": "Organization", "name": company.name, "url": f"{company.website}/",
        "foundingDate": str(today.year - chance.randint(3, 38)), "numberOfEmployees": company.employees,
        "address": {"addressLocality": company.city, "addressCountry": "ID"},
    }  # fmt: skip
    words = _("%(name)s of %(city)s: near its customers for years.") % {
        "name": company.name,
        "city": company.city,
    }
    return (
        f'<html lang="id"><head><meta name="description" content="{words}">'
        f'<script type="application/ld+json">{json.dumps(told)}</script></head><body></body></html>'
    )


def _contact(company: Company, site: str, chance: Random) -> str:
    area = AREAS.get(company.city, "021")
    name = site.partition(".")[0]
    return (
        f'<a href="tel:{area}5550{chance.randint(100, 999)}">{_("Call")}</a><a href="mailto:info@{site}">{_("Write")}</a>'
        f'<a href="https://www.linkedin.com/company/{name}">LinkedIn</a>'
        f'<a href="https://www.instagram.com/{name}">Instagram</a>'
    )
