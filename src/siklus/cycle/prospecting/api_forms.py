from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from siklus.cycle.prospecting.actions import add_form, edit_form, retire_form
from siklus.cycle.prospecting.models import Submission, WebForm
from siklus.cycle.prospecting.queries import form_for
from siklus.platform.accounts.models import User
from siklus.platform.api.door import (
    LARGEST_ID,
    a_user,
    expected_version,
    one,
    operator,
    paged,
    referred,
    with_etag,
)
from siklus.records.deals.models import Pipeline

forms = Router()
submissions = Router()


class FieldIO(Schema):
    """`key` such as contact.email, company.name, lead.description or lead.own.KEY; `label` by language (en, id)."""

    key: str = Field(max_length=80)
    required: bool = False
    label: dict[str, str] = {}


class FormIn(Schema):
    """`texts` are heading, intro, button, consent and thanks, each by language (en, id)."""

    name: str = Field(max_length=120)
    slug: str = Field("", max_length=50)
    fields: list[FieldIO] = Field(max_length=100)
    texts: dict[str, dict[str, str]] = {}
    is_open: bool = True
    confirms_by_mail: bool = False
    redirect_url: str = Field("", max_length=500)
    origins: list[str] = Field([], max_length=50)
    pipeline_id: int | None = None
    owner_id: int | None = None
    source: str = Field("", max_length=120)
    campaign: str = Field("", max_length=120)


class FormPatch(Schema):
    name: str | None = Field(None, max_length=120)
    fields: list[FieldIO] | None = Field(None, max_length=100)
    texts: dict[str, dict[str, str]] | None = None
    is_open: bool | None = None
    confirms_by_mail: bool | None = None
    redirect_url: str | None = Field(None, max_length=500)
    origins: list[str] | None = Field(None, max_length=50)
    pipeline_id: int | None = None
    owner_id: int | None = None
    source: str | None = Field(None, max_length=120)
    campaign: str | None = Field(None, max_length=120)


class FormOut(FormIn):
    id: int
    version: int
    consent_version: int
    retired_at: datetime | None
    created_at: datetime
    updated_at: datetime


class FormPage(Schema):
    items: list[FormOut]
    next: str | None


class SubmissionOut(Schema):
    """`answers` by field key, as they were read; `state` is waiting, accepted or spam."""

    id: int
    form_id: int
    state: str
    answers: dict[str, Any]
    language: str
    address: str | None
    referrer: str
    utm: dict[str, str]
    consent_text: str
    consent_version: int | None
    consented_at: datetime | None
    confirmed_at: datetime | None
    company_id: int | None
    contact_id: int | None
    deal_id: int | None
    at: datetime


class SubmissionPage(Schema):
    items: list[SubmissionOut]
    next: str | None


FORM = tuple(FormOut.model_fields)
SUBMISSION = tuple(SubmissionOut.model_fields)


def shown(form: WebForm) -> dict[str, Any]:
    return {name: getattr(form, name) for name in FORM}


def sent(submission: Submission) -> dict[str, Any]:
    return {name: getattr(submission, name) for name in SUBMISSION}


def a_pipeline(_viewer: User, pipeline_id: int) -> Pipeline:
    return Pipeline.objects.get(pk=pipeline_id, retired_at=None)


def _values(user: User, given: dict[str, Any]) -> dict[str, Any]:
    """What was given, with people and pipelines looked up."""
    values = dict(given)
    for key, door in (("owner", a_user), ("pipeline", a_pipeline)):
        if f"{key}_id" in values:
            values[key] = referred(door, user, values.pop(f"{key}_id"), f"{key}_id")
    return values


@forms.get("", response=FormPage, operation_id="list_forms")
def list_forms(request: HttpRequest, cursor: str | None = None, limit: int = Query(50, ge=1, le=200)) -> Any:
    """Web forms, newest first."""
    operator(request)
    return paged(WebForm.objects.all(), cursor=cursor, limit=limit, show=shown)


@forms.post("", response={201: FormOut}, operation_id="add_form")
def create(request: HttpRequest, response: HttpResponse, payload: FormIn) -> Any:
    """Add a web form; its public page is /f/SLUG/."""
    user = operator(request)
    form = add_form(by=user, at=timezone.now(), **_values(user, payload.model_dump()))
    with_etag(response, form.version)
    return 201, shown(form)


@forms.get("/{int:form_id}", response=FormOut, operation_id="get_form")
def get_form(request: HttpRequest, response: HttpResponse, form_id: int) -> Any:
    form = one(form_for, operator(request), form_id)
    with_etag(response, form.version)
    return shown(form)


@forms.patch("/{int:form_id}", response=FormOut, operation_id="edit_form")
def change(request: HttpRequest, response: HttpResponse, form_id: int, payload: FormPatch) -> Any:
    """Change some values of a form; its address stays. Another consent text is another version of it."""
    user = operator(request)
    given = payload.model_dump(exclude_unset=True)
    given = {key: value for key, value in given.items() if value is not None or key.endswith("_id")}
    form = edit_form(
        form=one(form_for, user, form_id), by=user, at=timezone.now(), expected_version=expected_version(request),
        **_values(user, given),
    )  # fmt: skip
    with_etag(response, form.version)
    return shown(form)


@forms.delete("/{int:form_id}", response={204: None}, operation_id="retire_form")
def retire(request: HttpRequest, form_id: int) -> Any:
    """Close a form for good; what was sent stays."""
    user = operator(request)
    retire_form(form=one(form_for, user, form_id), by=user, at=timezone.now())
    return 204, None


@submissions.get("", response=SubmissionPage, operation_id="list_submissions")
def list_submissions(
    request: HttpRequest,
    cursor: str | None = None,
    limit: int = Query(50, ge=1, le=200),
    form_id: int | None = Query(None, ge=1, le=LARGEST_ID),
    state: Literal["waiting", "accepted", "spam"] | None = None,
) -> Any:
    """What came by web forms, newest first."""
    operator(request)
    asked = {"form_id": form_id, "state": state}
    rows = Submission.objects.filter(**{key: value for key, value in asked.items() if value})
    return paged(rows, cursor=cursor, limit=limit, show=sent)


@submissions.get("/{int:submission_id}", response=SubmissionOut, operation_id="get_submission")
def get_submission(request: HttpRequest, submission_id: int) -> Any:
    return sent(one(lambda _user, pk: Submission.objects.get(pk=pk), operator(request), submission_id))
