"""Types of objections and the responses to them: read by everybody, kept by operations."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from siklus.cycle.objections.actions import (
    add_response,
    add_type,
    edit_response,
    edit_type,
    retire_response,
    retire_type,
)
from siklus.cycle.objections.models import ObjectionType, Response
from siklus.cycle.objections.queries import response_for, type_for
from siklus.platform.api.door import (
    LARGEST_ID,
    a_user,
    asker,
    expected_version,
    one,
    operator,
    paged,
    referred,
    with_etag,
)

types, responses = Router(), Router()


class TypeIn(Schema):
    name_en: str | None = Field(None, max_length=80)
    name_id: str | None = Field(None, max_length=80)
    kind: str | None = Field(None, max_length=10)


class TypeOut(Schema):
    id: int
    version: int
    kind: str
    name_en: str
    name_id: str
    position: int
    retired_at: datetime | None


class TypePage(Schema):
    items: list[TypeOut]
    next: str | None


class Said(Schema):
    """A response in one language."""

    title: str = Field("", max_length=120)
    listen: str = Field("", max_length=4000)
    mirror: str = Field("", max_length=4000)
    answer: str = Field("", max_length=4000)
    confirm: str = Field("", max_length=4000)


class Wording(Schema):
    en: Said | None = None
    id: Said | None = None


class ResponseIn(Schema):
    type_id: int
    wording: Wording
    proof: str = Field("", max_length=4000)
    proof_url: str = Field("", max_length=500)
    owner_id: int | None = None


class ResponsePatch(Schema):
    wording: Wording | None = None
    proof: str | None = Field(None, max_length=4000)
    proof_url: str | None = Field(None, max_length=500)
    owner_id: int | None = None


class ResponseOut(Schema):
    id: int
    version: int
    type_id: int
    owner_id: int | None
    wording: dict[str, dict[str, str]]
    proof: str
    proof_url: str
    retired_at: datetime | None
    created_at: datetime
    updated_at: datetime


class ResponsePage(Schema):
    items: list[ResponseOut]
    next: str | None


def type_shown(type_: ObjectionType) -> dict[str, Any]:
    return {name: getattr(type_, name) for name in TypeOut.model_fields}


def response_shown(response: Response) -> dict[str, Any]:
    words = next(one for one in response.versions.all() if one.number == response.version)
    own = ("id", "version", "type_id", "owner_id", "retired_at", "created_at", "updated_at")
    return {name: getattr(response, name) for name in own} | {
        name: getattr(words, name) for name in ("wording", "proof", "proof_url")
    }


@types.get("", response=TypePage, operation_id="list_objection_types")
def list_types(request: HttpRequest, cursor: str | None = None, limit: int = Query(50, ge=1, le=200)) -> Any:
    """All types of objections, retired ones too."""
    asker(request)
    return paged(ObjectionType.objects.all(), cursor=cursor, limit=limit, show=type_shown)


@types.post("", response={201: TypeOut}, operation_id="create_objection_type")
def create_type(request: HttpRequest, response: HttpResponse, payload: TypeIn) -> Any:
    values = {key: value for key, value in payload.dict().items() if value is not None}
    type_ = add_type(by=operator(request), at=timezone.now(), **values)
    with_etag(response, type_.version)
    return 201, type_shown(type_)


@types.patch("/{int:type_id}", response=TypeOut, operation_id="edit_objection_type")
def patch_type(request: HttpRequest, response: HttpResponse, type_id: int, payload: TypeIn) -> Any:
    user = operator(request)
    values = {key: value for key, value in payload.dict().items() if value is not None}
    type_ = edit_type(
        type=one(type_for, user, type_id), by=user, at=timezone.now(),
        expected_version=expected_version(request), **values,
    )  # fmt: skip
    with_etag(response, type_.version)
    return type_shown(type_)


@types.delete("/{int:type_id}", response={204: None}, operation_id="retire_objection_type")
def delete_type(request: HttpRequest, type_id: int) -> Any:
    """Offer a type no more. Objections of it keep it."""
    user = operator(request)
    retire_type(type=one(type_for, user, type_id), by=user, at=timezone.now())
    return 204, None


@responses.get("", response=ResponsePage, operation_id="list_responses")
def list_responses(
    request: HttpRequest,
    cursor: str | None = None,
    limit: int = Query(50, ge=1, le=200),
    type_id: int | None = Query(None, ge=1, le=LARGEST_ID),
) -> Any:
    """Responses with the words that hold now, retired ones too."""
    asker(request)
    rows = Response.objects.prefetch_related("versions")
    if type_id:
        rows = rows.filter(type_id=type_id)
    return paged(rows, cursor=cursor, limit=limit, show=response_shown)


@responses.post("", response={201: ResponseOut}, operation_id="create_response")
def create_response(request: HttpRequest, response: HttpResponse, payload: ResponseIn) -> Any:
    user = operator(request)
    type_ = referred(type_for, user, payload.type_id, "type_id")
    assert type_ is not None
    made = add_response(
        type=type_, wording=payload.wording.dict(exclude_none=True), proof=payload.proof,
        proof_url=payload.proof_url, owner=referred(a_user, user, payload.owner_id, "owner_id"),
        by=user, at=timezone.now(),
    )  # fmt: skip
    with_etag(response, made.version)
    return 201, response_shown(made)


@responses.get("/{int:response_id}", response=ResponseOut, operation_id="get_response")
def get_response(request: HttpRequest, response: HttpResponse, response_id: int) -> Any:
    found = one(response_for, asker(request), response_id)
    with_etag(response, found.version)
    return response_shown(found)


@responses.patch("/{int:response_id}", response=ResponseOut, operation_id="edit_response")
def patch_response(
    request: HttpRequest, response: HttpResponse, response_id: int, payload: ResponsePatch
) -> Any:
    """Word it anew: a new version. Answers already given keep the words that were used."""
    user = operator(request)
    edited = edit_response(
        response=one(response_for, user, response_id), by=user, at=timezone.now(),
        wording=payload.wording.dict(exclude_none=True) if payload.wording else None,
        proof=payload.proof, proof_url=payload.proof_url,
        owner=referred(a_user, user, payload.owner_id, "owner_id"), expected_version=expected_version(request),
    )  # fmt: skip
    with_etag(response, edited.version)
    return response_shown(edited)


@responses.delete("/{int:response_id}", response={204: None}, operation_id="retire_response")
def delete_response(request: HttpRequest, response_id: int) -> Any:
    """Offer it no more. What was answered with it stays."""
    user = operator(request)
    retire_response(response=one(response_for, user, response_id), by=user, at=timezone.now())
    return 204, None
