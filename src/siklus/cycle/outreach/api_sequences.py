from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from siklus.cycle.outreach.queries import template_for
from siklus.cycle.outreach.sequences.editing import (
    CannotChangeSequence,
    add_sequence,
    add_step,
    archive_sequence,
    edit_sequence,
    edit_step,
    may_edit,
    place_step,
    remove_step,
    steps_of,
)
from siklus.cycle.outreach.sequences.enrolling import enrol
from siklus.cycle.outreach.sequences.models import Sequence, SequenceStep
from siklus.cycle.outreach.sequences.queries import (
    enrolment_for,
    enrolments_for,
    sequence_for,
    sequences_for,
    step_for,
)
from siklus.cycle.outreach.sequences.stopping import pause_enrolment, resume_enrolment, stop_enrolment
from siklus.platform.accounts.models import User
from siklus.platform.api.door import (
    LARGEST_ID,
    expected_version,
    one,
    paged,
    referred,
    with_etag,
    worker,
)
from siklus.platform.mail.queries import mailbox_for
from siklus.records.contacts.models import Contact
from siklus.records.deals.queries import deal_for

sequences, enrolments = Router(), Router()
Channel = Literal["email", "email_task", "call", "chat", "whatsapp", "linkedin", "task"]


class SequenceStepIn(Schema):
    channel: Channel
    wait: int = Field(0, ge=0, le=250, description="Working days after the step before")
    template_id: int | None = None
    title: str = Field("", max_length=120)
    instructions: str = Field("", max_length=4000)


class SequenceStepOut(Schema):
    id: int
    channel: str
    wait: int
    template_id: int | None
    title: str
    instructions: str


class SequenceIn(Schema):
    name: str = Field(max_length=80)
    language: Literal["en", "id"]
    is_shared: bool = False


class SequenceOut(Schema):
    id: int
    version: int
    name: str
    language: str
    owner_id: int | None
    steps: list[SequenceStepOut]


class StepPlaceIn(Schema):
    place: int = Field(ge=0, le=100)


class EnrolmentIn(Schema):
    sequence_id: int
    deal_id: int
    contact_id: int | None = None
    mailbox_id: int | None = None


class EnrolmentOut(Schema):
    id: int
    sequence_id: int
    deal_id: int
    contact_id: int
    rep_id: int
    state: str
    reason: str
    note: str
    step_id: int | None
    due_at: datetime | None
    enrolled_at: datetime
    ended_at: datetime | None


class EnrolmentPage(Schema):
    items: list[EnrolmentOut]
    next: str | None


def _shown(kind: type[Schema], row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in kind.model_fields}


def sequence_out(row: Sequence) -> dict[str, Any]:
    names = [name for name in SequenceOut.model_fields if name != "steps"]
    steps = [_shown(SequenceStepOut, step) for step in steps_of(row)]
    return {**{name: getattr(row, name) for name in names}, "steps": steps}


def enrolment_out(row: Any) -> dict[str, Any]:
    return _shown(EnrolmentOut, row)


def _edited(user: User, row: Sequence) -> Sequence:
    if not may_edit(user, row):
        raise CannotChangeSequence(_("Shared sequences are changed by managers, marketing and operations."))
    return row


def _step_values(user: User, payload: SequenceStepIn) -> dict[str, Any]:
    values = payload.dict()
    template = referred(template_for, user, values.pop("template_id"), "template_id")
    return {**values, "template": template}


@sequences.get("", response=list[SequenceOut], operation_id="list_sequences")
def list_sequences(request: HttpRequest) -> Any:
    """The shared ones and your own, with their steps."""
    return [sequence_out(row) for row in sequences_for(worker(request))]


@sequences.post("", response={201: SequenceOut}, operation_id="add_sequence")
def create_sequence(request: HttpRequest, response: HttpResponse, payload: SequenceIn) -> Any:
    user = worker(request)
    owner = None if payload.is_shared else user
    _edited(user, Sequence(owner=owner))
    made = add_sequence(name=payload.name, language=payload.language, owner=owner, by=user, at=timezone.now())
    with_etag(response, made.version)
    return 201, sequence_out(made)


@sequences.get("/{int:sequence_id}", response=SequenceOut, operation_id="get_sequence")
def get_sequence(request: HttpRequest, response: HttpResponse, sequence_id: int) -> Any:
    row = one(sequence_for, worker(request), sequence_id)
    with_etag(response, row.version)
    return sequence_out(row)


@sequences.put("/{int:sequence_id}", response=SequenceOut, operation_id="edit_sequence")
def change_sequence(
    request: HttpRequest, response: HttpResponse, sequence_id: int, payload: SequenceIn
) -> Any:
    user = worker(request)
    row = _edited(user, one(sequence_for, user, sequence_id))
    keeps = payload.is_shared == (row.owner_id is None)
    owner = row.owner if keeps else None if payload.is_shared else user
    _edited(user, Sequence(owner=owner))
    changed = edit_sequence(
        sequence=row, name=payload.name, language=payload.language, owner=owner, by=user, at=timezone.now(),
        expected_version=expected_version(request),
    )  # fmt: skip
    with_etag(response, changed.version)
    return sequence_out(changed)


@sequences.delete("/{int:sequence_id}", response={204: None}, operation_id="archive_sequence")
def drop_sequence(request: HttpRequest, sequence_id: int) -> Any:
    user = worker(request)
    row = _edited(user, one(sequence_for, user, sequence_id))
    archive_sequence(sequence=row, by=user, at=timezone.now())
    return 204, None


@sequences.post("/{int:sequence_id}/steps", response={201: SequenceStepOut}, operation_id="add_sequence_step")
def create_step(request: HttpRequest, sequence_id: int, payload: SequenceStepIn) -> Any:
    user = worker(request)
    row = _edited(user, one(sequence_for, user, sequence_id))
    made = add_step(sequence=row, by=user, at=timezone.now(), **_step_values(user, payload))
    return 201, _shown(SequenceStepOut, made)


def _step(user: User, step_id: int) -> SequenceStep:
    step = one(step_for, user, step_id)
    _edited(user, step.sequence)
    return step


@sequences.put("/steps/{int:step_id}", response=SequenceStepOut, operation_id="edit_sequence_step")
def change_step(request: HttpRequest, step_id: int, payload: SequenceStepIn) -> Any:
    """For all who have not done it yet."""
    user = worker(request)
    changed = edit_step(step=_step(user, step_id), by=user, at=timezone.now(), **_step_values(user, payload))
    return _shown(SequenceStepOut, changed)


@sequences.post("/steps/{int:step_id}/place", response=SequenceOut, operation_id="place_sequence_step")
def put_step(request: HttpRequest, step_id: int, payload: StepPlaceIn) -> Any:
    user = worker(request)
    placed = place_step(step=_step(user, step_id), place=payload.place, by=user, at=timezone.now())
    return sequence_out(placed.sequence)


@sequences.delete("/steps/{int:step_id}", response={204: None}, operation_id="remove_sequence_step")
def drop_step(request: HttpRequest, step_id: int) -> Any:
    """Who waits for it goes on with the next one."""
    user = worker(request)
    remove_step(step=_step(user, step_id), by=user, at=timezone.now())
    return 204, None


@enrolments.get("", response=EnrolmentPage, operation_id="list_enrolments")
def list_enrolments(
    request: HttpRequest,
    cursor: str | None = None,
    limit: int = Query(50, ge=1, le=200),
    sequence_id: int | None = Query(None, ge=1, le=LARGEST_ID),
    deal_id: int | None = Query(None, ge=1, le=LARGEST_ID),
    contact_id: int | None = Query(None, ge=1, le=LARGEST_ID),
    state: Literal["active", "paused", "finished", "stopped"] | None = None,
) -> Any:
    """Who is in which sequence, as far as you may see the deal."""
    asked = {"sequence_id": sequence_id, "deal_id": deal_id, "contact_id": contact_id, "state": state}
    rows = enrolments_for(worker(request)).filter(**{key: value for key, value in asked.items() if value})
    return paged(rows, cursor=cursor, limit=limit, show=enrolment_out)


@enrolments.post("", response={201: EnrolmentOut}, operation_id="enrol")
def begin(request: HttpRequest, payload: EnrolmentIn) -> Any:
    """Put the person of a lead or deal into a sequence. Who may not be is a 422 with the reason."""
    user = worker(request)
    sequence = referred(sequence_for, user, payload.sequence_id, "sequence_id")
    deal = referred(deal_for, user, payload.deal_id, "deal_id")
    assert sequence is not None and deal is not None

    def of_deal(_user: User, pk: int) -> Contact:
        people = Contact.objects.filter(
            pk__in=[deal.contact_id, *deal.people.values_list("contact", flat=True)]
        )
        return people.get(pk=pk)

    made = enrol(
        sequence=sequence, deal=deal, contact=referred(of_deal, user, payload.contact_id, "contact_id"),
        mailbox=referred(mailbox_for, user, payload.mailbox_id, "mailbox_id"), by=user, at=timezone.now(),
    )  # fmt: skip
    return 201, enrolment_out(made)


@enrolments.post("/{int:enrolment_id}/pause", response=EnrolmentOut, operation_id="pause_enrolment")
def pause(request: HttpRequest, enrolment_id: int) -> Any:
    user = worker(request)
    row = one(enrolment_for, user, enrolment_id)
    return enrolment_out(pause_enrolment(enrolment=row, by=user, at=timezone.now()))


@enrolments.post("/{int:enrolment_id}/resume", response=EnrolmentOut, operation_id="resume_enrolment")
def resume(request: HttpRequest, enrolment_id: int) -> Any:
    user = worker(request)
    row = one(enrolment_for, user, enrolment_id)
    return enrolment_out(resume_enrolment(enrolment=row, by=user, at=timezone.now()))


@enrolments.post("/{int:enrolment_id}/stop", response=EnrolmentOut, operation_id="stop_enrolment")
def stop(request: HttpRequest, enrolment_id: int) -> Any:
    user = worker(request)
    row = one(enrolment_for, user, enrolment_id)
    return enrolment_out(stop_enrolment(enrolment=row, by=user, at=timezone.now()))
