from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from siklus.cycle.prospecting.actions import (
    activate_profile,
    add_profile,
    current_version,
    deactivate_profile,
    edit_profile,
    retire_profile,
)
from siklus.cycle.prospecting.fit.scoring import Criterion, Cutoffs
from siklus.cycle.prospecting.models import Profile
from siklus.cycle.prospecting.queries import Shown, fit_of, profile_for
from siklus.platform.api.door import asker, expected_version, one, operator, paged, with_etag
from siklus.records.companies.queries import company_for
from siklus.records.deals.queries import deal_for

profiles = Router()
fit = Router()


class CriterionIO(Schema):
    """`operator` is one_of, contains, between, at_least, at_most or filled; numbers are plain decimals, days ISO."""

    attribute: str = Field(max_length=80)
    operator: str = Field(max_length=20)
    values: list[str] = Field([], max_length=100)
    weight: int = Field(1, ge=1, le=10)
    must: bool = False


class GradesIO(Schema):
    """The shares of the points, in percent, from which A, B and C are given."""

    a: int = Field(80, ge=0, le=100)
    b: int = Field(60, ge=0, le=100)
    c: int = Field(40, ge=0, le=100)


class ProfileIn(Schema):
    name: str = Field(max_length=120)
    criteria: list[CriterionIO] = Field(max_length=40)
    grades: GradesIO = Field(default_factory=lambda: GradesIO(a=80, b=60, c=40))
    is_active: bool = True


class ProfilePatch(Schema):
    name: str | None = Field(None, max_length=120)
    criteria: list[CriterionIO] | None = Field(None, max_length=40)
    grades: GradesIO | None = None
    is_active: bool | None = None


class ProfileOut(Schema):
    id: int
    version: int
    name: str
    is_active: bool
    criteria: list[CriterionIO]
    grades: GradesIO
    retired_at: datetime | None
    created_at: datetime
    updated_at: datetime


class ProfilePage(Schema):
    items: list[ProfileOut]
    next: str | None


class ReasonOut(Schema):
    """`came_out` is met, missed or unknown."""

    text: str
    came_out: str
    points: int
    weight: int
    must: bool


class GradeOut(Schema):
    grade: str
    became: str
    since: datetime
    until: datetime
    because: str


class FitOut(Schema):
    """`grade` is null while nobody is graded. `before` are earlier grades, the last first."""

    grade: str | None
    share: int | None
    profile_id: int | None
    profile_version: int | None
    since: datetime | None
    reasons: list[ReasonOut]
    before: list[GradeOut]


def shown(profile: Profile) -> dict[str, Any]:
    held = current_version(profile)
    return {
        "id": profile.pk, "version": profile.version, "name": profile.name, "is_active": profile.is_active,
        "criteria": held.criteria, "grades": {"a": held.from_a, "b": held.from_b, "c": held.from_c},
        "retired_at": profile.retired_at, "created_at": profile.created_at, "updated_at": profile.updated_at,
    }  # fmt: skip


def answered(profile: Profile, response: HttpResponse) -> dict[str, Any]:
    with_etag(response, profile.version)
    return shown(profile)


def _criteria(given: list[CriterionIO]) -> list[Criterion]:
    return [Criterion(c.attribute, c.operator, tuple(c.values), c.weight, c.must) for c in given]


def _cutoffs(given: GradesIO) -> Cutoffs:
    return Cutoffs(given.a, given.b, given.c)


@profiles.get("", response=ProfilePage, operation_id="list_icp_profiles")
def list_profiles(
    request: HttpRequest, cursor: str | None = None, limit: int = Query(50, ge=1, le=200)
) -> Any:
    """Ideal customers, newest first."""
    asker(request)
    return paged(Profile.objects.all(), cursor=cursor, limit=limit, show=shown)


@profiles.post("", response={201: ProfileOut}, operation_id="add_icp_profile")
def create(request: HttpRequest, response: HttpResponse, payload: ProfileIn) -> Any:
    """Describe an ideal customer; grades follow in the background."""
    made = add_profile(
        name=payload.name, criteria=_criteria(payload.criteria), cutoffs=_cutoffs(payload.grades),
        is_active=payload.is_active, by=operator(request), at=timezone.now(),
    )  # fmt: skip
    return 201, answered(made, response)


@profiles.get("/{int:profile_id}", response=ProfileOut, operation_id="get_icp_profile")
def get_profile(request: HttpRequest, response: HttpResponse, profile_id: int) -> Any:
    return answered(one(profile_for, asker(request), profile_id), response)


@profiles.patch("/{int:profile_id}", response=ProfileOut, operation_id="edit_icp_profile")
def change(request: HttpRequest, response: HttpResponse, profile_id: int, payload: ProfilePatch) -> Any:
    """Change what a profile asks for (a new version), or switch it on and off."""
    user, at = operator(request), timezone.now()
    profile = one(profile_for, user, profile_id)
    given = payload.criteria
    profile = edit_profile(
        profile=profile, name=payload.name, criteria=None if given is None else _criteria(given),
        cutoffs=None if payload.grades is None else _cutoffs(payload.grades), by=user, at=at,
        expected_version=expected_version(request),
    )  # fmt: skip
    if payload.is_active is not None:
        verb = activate_profile if payload.is_active else deactivate_profile
        profile = verb(profile=profile, by=user, at=at)
    return answered(profile, response)


@profiles.delete("/{int:profile_id}", response={204: None}, operation_id="retire_icp_profile")
def retire(request: HttpRequest, profile_id: int) -> Any:
    """Put a profile away; its past grades stay."""
    user = operator(request)
    retire_profile(profile=one(profile_for, user, profile_id), by=user, at=timezone.now())
    return 204, None


@fit.get("/companies/{int:company_id}", response=FitOut, operation_id="get_company_fit")
def company_fit(request: HttpRequest, company_id: int) -> Any:
    """How well a company fits, and why."""
    return said(fit_of("company", one(company_for, asker(request), company_id).pk))


@fit.get("/deals/{int:deal_id}", response=FitOut, operation_id="get_deal_fit")
def deal_fit(request: HttpRequest, deal_id: int) -> Any:
    """How well a lead or deal fits, and why."""
    return said(fit_of("deal", one(deal_for, asker(request), deal_id).pk))


def said(found: Shown | None) -> dict[str, Any]:
    if found is None:
        names = ("grade", "share", "profile_id", "profile_version", "since")
        return {**dict.fromkeys(names), "reasons": [], "before": []}
    words = {"+": "met", "-": "missed", "?": "unknown"}
    return {
        "grade": found.grade, "share": found.share, "profile_id": found.profile_id,
        "profile_version": found.number, "since": found.since,
        "reasons": [
            {"text": r.text, "came_out": words[r.mark], "points": r.points, "weight": r.weight, "must": r.must}
            for r in found.reasons
        ],
        "before": [
            {"grade": b.grade, "became": b.became, "since": b.since, "until": b.at, "because": b.because}
            for b in found.before
        ],
    }  # fmt: skip
