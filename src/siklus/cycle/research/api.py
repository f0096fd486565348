"""Dossiers over the API: what is known of companies and people, why we matter to them, and their website read."""

from datetime import date, datetime
from typing import Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema

from siklus.cycle.research.actions import (
    ask_for_reading,
    note_finding,
    set_relevance,
    take_over,
    withdraw_finding,
)
from siklus.cycle.research.models import Finding, Method, WebsiteReading
from siklus.cycle.research.queries import (
    Part,
    dossier_of,
    finding_for,
    last_reading,
    proposals_in,
    relevance_of,
)
from siklus.cycle.research.words import outcome_of
from siklus.platform.api.door import asker, one, referred, worker
from siklus.platform.api.problems import not_found
from siklus.records.companies.models import Company
from siklus.records.companies.queries import company_for
from siklus.records.contacts.queries import contact_for

router = Router()
findings = Router()

SectionName = Literal["growth", "funding", "products", "people", "competitors", "news", "background", "links"]


class FindingIn(Schema):
    company_id: int | None = Field(None, description="the company that it is about, or else a contact_id")
    contact_id: int | None = None
    section: SectionName
    attribute: str = Field(max_length=80, description="what it is about: headcount, last round")
    value: str = Field(max_length=4000)
    source: str = Field("", max_length=120)
    source_url: str = Field("", max_length=500)
    observed_at: date | None = Field(None, description="today, unless it was seen earlier")
    confidence: int = Field(2, ge=1, le=3, description="1 rumour, 2 likely, 3 certain")


class WhyIn(Schema):
    why: str = Field("", max_length=250)


class FindingOut(Schema):
    id: int
    company_id: int | None
    contact_id: int | None
    section: str
    attribute: str
    value: str
    source: str
    source_url: str
    observed_at: date
    confidence: int
    method: str
    by_id: int | None
    recorded_at: datetime
    withdrawn_at: datetime | None
    withdrawn_why: str


class LineOut(FindingOut):
    proposes: str = Field(
        description="the field of the company that says otherwise and can take this over; mostly empty"
    )
    before: list[FindingOut]


class PageOut(Schema):
    url: str
    outcome: str
    values: int


class ReadingOut(Schema):
    id: int
    company_id: int
    website: str
    state: str
    outcome: str
    said: str = Field(description="the outcome in a sentence")
    pages: list[PageOut]
    values: int = Field(description="how many were new")
    wrote: list[str] = Field(description="fields of the company that were filled")
    by_id: int | None
    asked_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class DossierOut(Schema):
    company_id: int | None
    contact_id: int | None
    why: str = Field(description="why we matter to them")
    lines: list[LineOut]
    reading: ReadingOut | None


class RelevanceIn(Schema):
    text: str = Field("", max_length=4000)


def shown(finding: Finding) -> dict[str, Any]:
    return {name: getattr(finding, name) for name in FindingOut.model_fields}


def shown_reading(reading: WebsiteReading) -> dict[str, Any]:
    names = [name for name in ReadingOut.model_fields if name != "said"]
    return {**{name: getattr(reading, name) for name in names}, "said": outcome_of(reading)}


def lines_of(parts: list[Part], proposals: dict[int, str]) -> list[dict[str, Any]]:
    return [
        {
            **shown(line.holds), "proposes": proposals.get(line.holds.pk, ""),
            "before": [shown(before) for before in line.before],
        }
        for part in parts for line in part.lines
    ]  # fmt: skip


def company_dossier(company: Company) -> dict[str, Any]:
    parts, why, reading = dossier_of(company=company), relevance_of(company.pk), last_reading(company.pk)
    return {
        "company_id": company.pk, "contact_id": None, "why": why.text if why else "",
        "lines": lines_of(parts, proposals_in(company, parts)),
        "reading": shown_reading(reading) if reading else None,
    }  # fmt: skip


@router.get("/companies/{int:company_id}", response=DossierOut, operation_id="get_company_dossier")
def get_company_dossier(request: HttpRequest, company_id: int) -> Any:
    """What is known of a company: per attribute the finding that holds, and those before it."""
    return company_dossier(one(company_for, asker(request), company_id))


@router.get("/contacts/{int:contact_id}", response=DossierOut, operation_id="get_contact_dossier")
def get_contact_dossier(request: HttpRequest, contact_id: int) -> Any:
    contact = one(contact_for, asker(request), contact_id)
    return {
        "company_id": None, "contact_id": contact.pk, "why": "",
        "lines": lines_of(dossier_of(contact=contact), {}), "reading": None,
    }  # fmt: skip


@router.put("/companies/{int:company_id}/relevance", response=DossierOut, operation_id="set_relevance")
def put_relevance(request: HttpRequest, company_id: int, payload: RelevanceIn) -> Any:
    """Why we matter to them, in a paragraph. What was written before stays in the history."""
    user = worker(request)
    company = one(company_for, user, company_id)
    set_relevance(company=company, text=payload.text, by=user, at=timezone.now())
    return company_dossier(company)


@router.post(
    "/companies/{int:company_id}/website-reading", response={202: ReadingOut}, operation_id="read_website"
)
def post_reading(request: HttpRequest, company_id: int) -> Any:
    """Have the company's own website read by the worker; once an hour. Ask with GET how far it is."""
    user = worker(request)
    company = one(company_for, user, company_id)
    return 202, shown_reading(ask_for_reading(company=company, by=user, at=timezone.now()))


@router.get(
    "/companies/{int:company_id}/website-reading", response=ReadingOut, operation_id="get_website_reading"
)
def get_reading(request: HttpRequest, company_id: int) -> Any:
    """The last reading, or the one that is under way; 404 before the first."""
    reading = last_reading(one(company_for, asker(request), company_id).pk)
    return shown_reading(reading) if reading is not None else not_found()


@findings.post("", response={201: FindingOut}, operation_id="note_finding")
def post_finding(request: HttpRequest, payload: FindingIn) -> Any:
    """Write down what was found out about a company or a person."""
    user = worker(request)
    values = payload.dict(exclude={"company_id", "contact_id"})
    made = note_finding(
        company=referred(company_for, user, payload.company_id, "company_id"),
        contact=referred(contact_for, user, payload.contact_id, "contact_id"),
        by=user, at=timezone.now(), method=Method.API, **values,
    )  # fmt: skip
    return 201, shown(made)


@findings.get("/{int:finding_id}", response=FindingOut, operation_id="get_finding")
def get_finding(request: HttpRequest, finding_id: int) -> Any:
    return shown(one(finding_for, asker(request), finding_id))


@findings.post("/{int:finding_id}/withdraw", response=FindingOut, operation_id="withdraw_finding")
def post_withdrawal(request: HttpRequest, finding_id: int, payload: WhyIn) -> Any:
    """It was wrong. The finding before it holds again."""
    user = worker(request)
    finding = one(finding_for, user, finding_id)
    return shown(withdraw_finding(finding=finding, by=user, at=timezone.now(), why=payload.why))


@findings.post("/{int:finding_id}/take-over", response=FindingOut, operation_id="take_over_finding")
def post_take_over(request: HttpRequest, finding_id: int) -> Any:
    """Write what the website says into the company's field, over what stands there."""
    user = worker(request)
    finding = one(finding_for, user, finding_id)
    take_over(finding=finding, by=user, at=timezone.now())
    return shown(finding)
