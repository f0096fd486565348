"""The life of an objection: open, answered, and then resolved or left standing."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from siklus.cycle.objections.facts import (
    ObjectionAnswered,
    ObjectionRaised,
    ObjectionReopened,
    ObjectionResolved,
    ObjectionStands,
)
from siklus.cycle.objections.models import Answer, Objection, ObjectionType, Response, State
from siklus.platform.accounts.models import User
from siklus.platform.journal.record import record
from siklus.records.activities.models import Activity
from siklus.records.deals.models import Deal
from siklus.records.fields.record import Refused, check_version

LONGEST = 2_000


class CannotChangeObjection(Refused):
    """The objection cannot be as asked."""


@transaction.atomic
def raise_objection(
    *,
    deal: Deal,
    type: ObjectionType | None,
    words: str,
    by: User | None,
    at: datetime,
    activity: Activity | None = None,
) -> Objection:
    """Write down what the buyer holds against the deal. It counts as a touch: who objects is interested."""
    deal = Deal.objects.select_for_update(of=("self",)).get(pk=deal.pk)
    if deal.merged_into_id:
        raise CannotChangeObjection(_("This was merged into another record meanwhile."))
    if type is None:
        raise CannotChangeObjection(_("Choose what the objection is about."), field="type")
    if type.retired_at is not None:
        raise CannotChangeObjection(
            _("The type %(name)s is not offered any more.") % {"name": type.name}, field="type"
        )
    if activity is not None and activity.deal_id != deal.pk:
        raise CannotChangeObjection(_("This activity belongs to another deal."), field="activity")
    words = _text(words, "words")
    if not words:
        raise CannotChangeObjection(_("Write what the buyer said."), field="words")
    objection = Objection.objects.create(
        deal=deal, activity=activity, type=type, words=words, raised_at=at, raised_by=by,
        created_at=at, updated_at=at,
    )  # fmt: skip
    fact = ObjectionRaised(
        objection=objection.pk, deal=deal.pk, type=type.name, words=words,
        activity=activity.pk if activity else None,
    )  # fmt: skip
    record(fact, by=by, at=at, mentions=_mentions(deal))
    untouched = Q(last_touch_at=None) | Q(last_touch_at__lt=at)
    Deal.objects.filter(untouched, pk=deal.pk).update(last_touch_at=at)
    return objection


@transaction.atomic
def answer_objection(
    *,
    objection: Objection,
    by: User | None,
    at: datetime,
    response: Response | None = None,
    words: str = "",
    expected_version: int | None = None,
) -> Objection:
    """Answer with a response of the catalogue, with words of one's own, or both. May be done again."""
    objection = _locked(objection, expected_version)
    if objection.is_settled:
        raise CannotChangeObjection(_("This objection is settled. Open it again first."), field="state")
    words = _text(words, "words")
    used = None
    if response is not None:
        if response.retired_at is not None:
            raise CannotChangeObjection(_("This response is not offered any more."), field="response")
        used = response.versions.get(number=response.version)
    if used is None and not words:
        raise CannotChangeObjection(_("Choose a response, or write what you answered."), field="response")
    answer = Answer.objects.create(objection=objection, used=used, words=words, by=by, at=at)
    title = used.title if used else answer.words.split("\n", 1)[0][:120]
    _settle(
        objection, State.ANSWERED, ObjectionAnswered, by=by, at=at, title=title,
        response=response.pk if response else None, response_version=used.number if used else None,
    )  # fmt: skip
    return objection


@transaction.atomic
def resolve_objection(
    *,
    objection: Objection,
    by: User | None,
    at: datetime,
    note: str = "",
    expected_version: int | None = None,
) -> Objection:
    """The buyer holds it against the deal no more."""
    objection = _locked(objection, expected_version)
    if objection.state == State.RESOLVED:
        return objection
    objection.note = _text(note, "note")
    _settle(objection, State.RESOLVED, ObjectionResolved, by=by, at=at, note=objection.note)
    return objection


@transaction.atomic
def leave_standing(
    *,
    objection: Objection,
    by: User | None,
    at: datetime,
    note: str = "",
    expected_version: int | None = None,
) -> Objection:
    """No answer helps: the objection stands, and the deal goes on with it."""
    objection = _locked(objection, expected_version)
    if objection.state == State.STANDS:
        return objection
    objection.note = _text(note, "note")
    _settle(objection, State.STANDS, ObjectionStands, by=by, at=at, note=objection.note)
    return objection


@transaction.atomic
def reopen_objection(
    *, objection: Objection, by: User | None, at: datetime, expected_version: int | None = None
) -> Objection:
    """It came up again."""
    objection = _locked(objection, expected_version)
    if not objection.is_settled:
        return objection
    objection.note = ""
    _settle(objection, State.OPEN, ObjectionReopened, by=by, at=at)
    return objection


def _locked(objection: Objection, expected_version: int | None) -> Objection:
    fresh = (
        Objection.objects.select_for_update(of=("self",)).select_related("deal", "type").get(pk=objection.pk)
    )
    check_version(fresh, expected_version)  # type: ignore[arg-type]
    if fresh.deal.merged_into_id:
        raise CannotChangeObjection(_("This was merged into another record meanwhile."))
    return fresh


def _settle(
    objection: Objection, state: State, fact: Any, *, by: User | None, at: datetime, **values: Any
) -> None:
    """Save the new state with its fact: the same for every verb."""
    objection.state = state
    objection.settled_at = at if objection.is_settled else None
    objection.version += 1
    objection.updated_at = at
    objection.save()
    told = fact(objection=objection.pk, deal=objection.deal_id, type=objection.type.name, **values)
    record(told, by=by, at=at, mentions=_mentions(objection.deal))


def _mentions(deal: Deal) -> dict[str, int | None]:
    """The records on whose timelines an objection stands."""
    return {"deal": deal.pk, "company": deal.company_id, "contact": deal.contact_id}


def _text(text: str, field: str) -> str:
    text = text.strip()
    if len(text) > LONGEST:
        raise CannotChangeObjection(_("Write at most %(count)s letters.") % {"count": LONGEST}, field=field)
    return text
