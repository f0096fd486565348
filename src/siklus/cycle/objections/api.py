from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from siklus.cycle.objections.actions import (
    answer_objection,
    leave_standing,
    raise_objection,
    reopen_objection,
    resolve_objection,
)
from siklus.cycle.objections.models import Objection
from siklus.cycle.objections.queries import objection_for, objections_for, response_for, type_for
from siklus.platform.api.door import (
    LARGEST_ID,
    asker,
    expected_version,
    one,
    paged,
    referred,
    with_etag,
    worker,
)
from siklus.records.activities.queries import activity_for
from siklus.records.deals.queries import deal_for

router = Router()


class ObjectionIn(Schema):
    deal_id: int
    type_id: int
    words: str = Field(max_length=2000)
    activity_id: int | None = None


class AnswerIn(Schema):
    response_id: int | None = None
    words: str = Field("", max_length=2000)


class NoteIn(Schema):
    note: str = Field("", max_length=2000)


class Nothing(Schema):
    pass


class ObjectionOut(Schema):
    id: int
    version: int
    deal_id: int
    type_id: int
    activity_id: int | None
    words: str
    state: str
    note: str
    raised_by_id: int | None
    raised_at: datetime
    settled_at: datetime | None
    created_at: datetime
    updated_at: datetime


class AnswerOut(Schema):
    response_id: int | None
    response_version: int | None
    words: str
    by_id: int | None
    at: datetime


class ObjectionDetail(ObjectionOut):
    answers: list[AnswerOut]


class ObjectionPage(Schema):
    items: list[ObjectionOut]
    next: str | None


FIELDS = tuple(ObjectionOut.model_fields)


def shown(objection: Objection) -> dict[str, Any]:
    return {name: getattr(objection, name) for name in FIELDS}


def detailed(objection: Objection, response: HttpResponse) -> dict[str, Any]:
    with_etag(response, objection.version)
    answers = [
        {
            "response_id": answer.used.response_id if answer.used else None,
            "response_version": answer.used.number if answer.used else None,
            "words": answer.words, "by_id": answer.by_id, "at": answer.at,
        }
        for answer in objection.answers.select_related("used")
    ]  # fmt: skip
    return {**shown(objection), "answers": answers}


@router.get("", response=ObjectionPage, operation_id="list_objections")
def list_objections(
    request: HttpRequest,
    cursor: str | None = None,
    limit: int = Query(50, ge=1, le=200),
    deal_id: int | None = Query(None, ge=1, le=LARGEST_ID),
    type_id: int | None = Query(None, ge=1, le=LARGEST_ID),
    state: Literal["open", "answered", "resolved", "stands"] | None = None,
) -> Any:
    """Objections on deals that you may see, newest first."""
    asked = {"deal_id": deal_id, "type_id": type_id, "state": state}
    rows = objections_for(asker(request)).filter(**{key: value for key, value in asked.items() if value})
    return paged(rows, cursor=cursor, limit=limit, show=shown)


@router.post("", response={201: ObjectionDetail}, operation_id="raise_objection")
def create_objection(request: HttpRequest, response: HttpResponse, payload: ObjectionIn) -> Any:
    """Write down what a buyer holds against a deal. It counts as a touch of the deal."""
    user = worker(request)
    deal = referred(deal_for, user, payload.deal_id, "deal_id")
    assert deal is not None
    objection = raise_objection(
        deal=deal, type=referred(type_for, user, payload.type_id, "type_id"), words=payload.words,
        activity=referred(activity_for, user, payload.activity_id, "activity_id"), by=user,
        at=timezone.now(),
    )  # fmt: skip
    return 201, detailed(objection, response)


@router.get("/{int:objection_id}", response=ObjectionDetail, operation_id="get_objection")
def get_objection(request: HttpRequest, response: HttpResponse, objection_id: int) -> Any:
    return detailed(one(objection_for, asker(request), objection_id), response)


@router.post("/{int:objection_id}/answer", response=ObjectionDetail, operation_id="answer_objection")
def answer(request: HttpRequest, response: HttpResponse, objection_id: int, payload: AnswerIn) -> Any:
    """Answer with a response of the catalogue, with words of your own, or both."""
    user = worker(request)
    objection = answer_objection(
        objection=one(objection_for, user, objection_id),
        response=referred(response_for, user, payload.response_id, "response_id"), words=payload.words,
        by=user, at=timezone.now(), expected_version=expected_version(request),
    )  # fmt: skip
    return detailed(objection, response)


@router.post("/{int:objection_id}/resolve", response=ObjectionDetail, operation_id="resolve_objection")
def resolve(request: HttpRequest, response: HttpResponse, objection_id: int, payload: NoteIn) -> Any:
    """The buyer holds it against the deal no more."""
    user = worker(request)
    objection = resolve_objection(
        objection=one(objection_for, user, objection_id), note=payload.note, by=user, at=timezone.now(),
        expected_version=expected_version(request),
    )  # fmt: skip
    return detailed(objection, response)


@router.post("/{int:objection_id}/stands", response=ObjectionDetail, operation_id="leave_objection_standing")
def stands(request: HttpRequest, response: HttpResponse, objection_id: int, payload: NoteIn) -> Any:
    """No answer helps; the deal goes on with it."""
    user = worker(request)
    objection = leave_standing(
        objection=one(objection_for, user, objection_id), note=payload.note, by=user, at=timezone.now(),
        expected_version=expected_version(request),
    )  # fmt: skip
    return detailed(objection, response)


@router.post("/{int:objection_id}/reopen", response=ObjectionDetail, operation_id="reopen_objection")
def reopen(request: HttpRequest, response: HttpResponse, objection_id: int, payload: Nothing) -> Any:
    """It came up again."""
    user = worker(request)
    objection = reopen_objection(
        objection=one(objection_for, user, objection_id), by=user, at=timezone.now(),
        expected_version=expected_version(request),
    )  # fmt: skip
    return detailed(objection, response)
