from datetime import date, datetime
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from siklus.cycle.demos.actions import (
    add_demo_type,
    book_demo,
    cancel_demo,
    edit_demo_type,
    estimate_chance,
    hold_demo,
    invite_to_demo,
    miss_demo,
    move_demo,
    retire_demo_type,
)
from siklus.cycle.demos.models import Demo, DemoType
from siklus.cycle.demos.queries import (
    demo_for,
    demos_for,
    free_slots,
    next_working_day,
    type_for,
    types_in_use,
)
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
    worker,
)
from siklus.platform.mail.queries import mailbox_for
from siklus.records.contacts.queries import contact_for
from siklus.records.deals.queries import deal_for

router = Router()
types = Router()

PlaceWord = Literal["online", "theirs", "ours", "elsewhere"]
FormatWord = Literal["software", "class", "viewing", "drive", "workshop", "own"]


class DemoIn(Schema):
    deal_id: int
    type_id: int
    starts_at: datetime
    host_id: int | None = None
    minutes: int | None = Field(None, ge=5, le=960)
    place: PlaceWord | None = None
    where: str = Field("", max_length=500)
    agenda: list[str] = Field(default_factory=list, max_length=30)


class MoveIn(Schema):
    starts_at: datetime
    host_id: int | None = None
    minutes: int | None = Field(None, ge=5, le=960)
    place: PlaceWord | None = None
    where: str | None = Field(None, max_length=500)


class NoteIn(Schema):
    note: str = Field("", max_length=4000)


class HoldIn(Schema):
    interest: int = Field(ge=1, le=5)
    tried: str = Field("", max_length=4000)
    questions: str = Field("", max_length=4000, description="one a line")
    next_step: str = Field("", max_length=250)
    note: str = Field("", max_length=4000)
    estimate: int | None = Field(
        None, ge=0, le=100, description="your own estimate of the chance, in per cent"
    )


class InviteIn(Schema):
    contact_id: int
    mailbox_id: int
    note: str = Field("", max_length=2000)


class InvitationOut(Schema):
    demo_id: int
    contact_id: int
    address: str
    sequence: int
    is_withdrawn: bool
    reply: str
    replied_at: datetime | None
    reminded_at: datetime | None


class EstimateIn(Schema):
    percent: int = Field(ge=0, le=100)


class ItemOut(Schema):
    id: int
    part: str
    text: str
    done_at: datetime | None


class DemoOut(Schema):
    id: int
    version: int
    deal_id: int
    type_id: int
    meeting_id: int
    host_id: int
    starts_at: datetime
    ends_at: datetime
    place: str
    where: str
    state: str
    moves: int
    interest: int | None
    tried: str
    questions: str
    next_step: str
    note: str
    estimate: int | None
    estimated_at: datetime | None
    settled_at: datetime | None
    created_at: datetime
    updated_at: datetime


class DemoDetail(DemoOut):
    items: list[ItemOut]


class DemoPage(Schema):
    items: list[DemoOut]
    next: str | None


class SlotOut(Schema):
    starts_at: datetime
    ends_at: datetime


class TypeIn(Schema):
    name_en: str = Field("", max_length=80)
    name_id: str = Field("", max_length=80)
    format: FormatWord = "own"
    minutes: int = Field(45, ge=5, le=960)
    place: PlaceWord = "online"
    where: str = Field("", max_length=500)
    checklist: list[dict[str, str]] = Field(default_factory=list, max_length=30)
    materials: list[dict[str, str]] = Field(default_factory=list, max_length=30)


class TypePatch(Schema):
    name_en: str | None = Field(None, max_length=80)
    name_id: str | None = Field(None, max_length=80)
    format: FormatWord | None = None
    minutes: int | None = Field(None, ge=5, le=960)
    place: PlaceWord | None = None
    where: str | None = Field(None, max_length=500)
    checklist: list[dict[str, str]] | None = Field(None, max_length=30)
    materials: list[dict[str, str]] | None = Field(None, max_length=30)


class TypeOut(Schema):
    id: int
    version: int
    name_en: str
    name_id: str
    format: str
    minutes: int
    place: str
    where: str
    checklist: list[dict[str, str]]
    materials: list[dict[str, str]]
    retired_at: datetime | None


FIELDS = tuple(DemoOut.model_fields)
TYPE_FIELDS = tuple(TypeOut.model_fields)


def shown(demo: Demo) -> dict[str, Any]:
    return {name: getattr(demo, name) for name in FIELDS}


def detailed(demo: Demo, response: HttpResponse) -> dict[str, Any]:
    with_etag(response, demo.version)
    items = [
        {"id": row.pk, "part": row.part, "text": row.text, "done_at": row.done_at} for row in demo.items.all()
    ]
    return {**shown(demo), "items": items}


def shown_type(type: DemoType) -> dict[str, Any]:
    return {name: getattr(type, name) for name in TYPE_FIELDS}


@router.get("", response=DemoPage, operation_id="list_demos")
def list_demos(
    request: HttpRequest,
    cursor: str | None = None,
    limit: int = Query(50, ge=1, le=200),
    deal_id: int | None = Query(None, ge=1, le=LARGEST_ID),
    host_id: int | None = Query(None, ge=1, le=LARGEST_ID),
    state: Literal["booked", "held", "missed", "cancelled"] | None = None,
) -> Any:
    """Demos on deals that you may see and those that you hold, newest first."""
    asked = {"deal_id": deal_id, "host_id": host_id, "state": state}
    rows = demos_for(asker(request)).filter(**{key: value for key, value in asked.items() if value})
    return paged(rows, cursor=cursor, limit=limit, show=shown)


@router.get("/slots", response=list[SlotOut], operation_id="list_demo_slots")
def slots(
    request: HttpRequest,
    host_id: int | None = Query(None, ge=1, le=LARGEST_ID),
    minutes: int = Query(45, ge=5, le=960),
    day: date | None = None,
    days: int = Query(1, ge=1, le=14),
) -> Any:
    """Free times within the working hours of a host (you, if none is named), from a day on."""
    user = worker(request)
    host = referred(a_user, user, host_id, "host_id") or user
    now = timezone.now()
    first = day or next_working_day(host, now)
    found = free_slots(host, minutes=minutes, day=first, days=days, now=now)
    return [{"starts_at": one.start, "ends_at": one.end} for one in found]


@router.post("", response={201: DemoDetail}, operation_id="book_demo")
def create_demo(request: HttpRequest, response: HttpResponse, payload: DemoIn) -> Any:
    """Book a demo and its meeting. Refused when the host has something else at that time."""
    user = worker(request)
    deal, kind = (
        referred(deal_for, user, payload.deal_id, "deal_id"),
        referred(type_for, user, payload.type_id, "type_id"),
    )
    assert deal is not None
    assert kind is not None
    demo = book_demo(
        deal=deal, type=kind, starts_at=_aware(payload.starts_at),
        host=referred(a_user, user, payload.host_id, "host_id"), minutes=payload.minutes,
        place=payload.place or "", where=payload.where, agenda=payload.agenda, by=user, at=timezone.now(),
    )  # fmt: skip
    return 201, detailed(demo, response)


@router.get("/{int:demo_id}", response=DemoDetail, operation_id="get_demo")
def get_demo(request: HttpRequest, response: HttpResponse, demo_id: int) -> Any:
    return detailed(one(demo_for, asker(request), demo_id), response)


@router.post("/{int:demo_id}/move", response=DemoDetail, operation_id="move_demo")
def move(request: HttpRequest, response: HttpResponse, demo_id: int, payload: MoveIn) -> Any:
    """Another time, host or place."""
    user = worker(request)
    demo = move_demo(
        demo=one(demo_for, user, demo_id), starts_at=_aware(payload.starts_at),
        host=referred(a_user, user, payload.host_id, "host_id"), minutes=payload.minutes, place=payload.place,
        where=payload.where, by=user, at=timezone.now(), expected_version=expected_version(request),
    )  # fmt: skip
    return detailed(demo, response)


@router.post("/{int:demo_id}/invite", response={201: InvitationOut}, operation_id="invite_to_demo")
def invite(request: HttpRequest, demo_id: int, payload: InviteIn) -> Any:
    """A calendar invitation by mail. Changes follow by themselves; the reply stands on the demo."""
    user = worker(request)
    contact = referred(contact_for, user, payload.contact_id, "contact_id")
    mailbox = referred(mailbox_for, user, payload.mailbox_id, "mailbox_id")
    assert contact is not None
    assert mailbox is not None
    made = invite_to_demo(
        demo=one(demo_for, user, demo_id), contact=contact, mailbox=mailbox, note=payload.note, by=user,
        at=timezone.now(),
    )  # fmt: skip
    return 201, {name: getattr(made, name) for name in InvitationOut.model_fields}


@router.post("/{int:demo_id}/cancel", response=DemoDetail, operation_id="cancel_demo")
def cancel(request: HttpRequest, response: HttpResponse, demo_id: int, payload: NoteIn) -> Any:
    """It will not take place."""
    user = worker(request)
    demo = cancel_demo(
        demo=one(demo_for, user, demo_id), note=payload.note, by=user, at=timezone.now(),
        expected_version=expected_version(request),
    )  # fmt: skip
    return detailed(demo, response)


@router.post("/{int:demo_id}/hold", response=DemoDetail, operation_id="hold_demo")
def hold(request: HttpRequest, response: HttpResponse, demo_id: int, payload: HoldIn) -> Any:
    """It took place: interest, what they tried and asked, the next step, your own estimate of the chance."""
    user = worker(request)
    demo = hold_demo(
        demo=one(demo_for, user, demo_id), by=user, at=timezone.now(),
        expected_version=expected_version(request), **payload.dict(),
    )  # fmt: skip
    return detailed(demo, response)


@router.post("/{int:demo_id}/miss", response=DemoDetail, operation_id="miss_demo")
def miss(request: HttpRequest, response: HttpResponse, demo_id: int, payload: NoteIn) -> Any:
    """The buyer did not come."""
    user = worker(request)
    demo = miss_demo(
        demo=one(demo_for, user, demo_id), note=payload.note, by=user, at=timezone.now(),
        expected_version=expected_version(request),
    )  # fmt: skip
    return detailed(demo, response)


@router.post("/{int:demo_id}/estimate", response=DemoDetail, operation_id="estimate_after_demo")
def estimate(request: HttpRequest, response: HttpResponse, demo_id: int, payload: EstimateIn) -> Any:
    """Your own estimate of the chance, given once and within two days; later compared with what happened."""
    user = worker(request)
    demo = estimate_chance(
        demo=one(demo_for, user, demo_id), percent=payload.percent, by=user, at=timezone.now(),
        expected_version=expected_version(request),
    )  # fmt: skip
    return detailed(demo, response)


@types.get("", response=list[TypeOut], operation_id="list_demo_types")
def list_types(request: HttpRequest) -> Any:
    """The types in use."""
    asker(request)
    return [shown_type(one_type) for one_type in types_in_use()]


@types.post("", response={201: TypeOut}, operation_id="add_demo_type")
def create_type(request: HttpRequest, response: HttpResponse, payload: TypeIn) -> Any:
    made = add_demo_type(by=operator(request), at=timezone.now(), **payload.dict())
    with_etag(response, made.version)
    return 201, shown_type(made)


@types.get("/{int:type_id}", response=TypeOut, operation_id="get_demo_type")
def get_type(request: HttpRequest, response: HttpResponse, type_id: int) -> Any:
    found = one(type_for, asker(request), type_id)
    with_etag(response, found.version)
    return shown_type(found)


@types.patch("/{int:type_id}", response=TypeOut, operation_id="edit_demo_type")
def patch_type(request: HttpRequest, response: HttpResponse, type_id: int, payload: TypePatch) -> Any:
    """Change some values. Demos already booked stay as they are."""
    user = operator(request)
    given = {key: value for key, value in payload.dict(exclude_unset=True).items() if value is not None}
    changed = edit_demo_type(
        type=one(type_for, user, type_id), by=user, at=timezone.now(),
        expected_version=expected_version(request), **given,
    )  # fmt: skip
    with_etag(response, changed.version)
    return shown_type(changed)


@types.delete("/{int:type_id}", response={204: None}, operation_id="retire_demo_type")
def delete_type(request: HttpRequest, type_id: int) -> Any:
    """Offer it no more; its demos keep it."""
    user = operator(request)
    retire_demo_type(type=one(type_for, user, type_id), by=user, at=timezone.now())
    return 204, None


def _aware(moment: datetime) -> datetime:
    return timezone.make_aware(moment) if timezone.is_naive(moment) else moment
