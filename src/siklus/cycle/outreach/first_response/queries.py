"""Whose clock runs, for how long, and against which target."""

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from django.db.models import Q, QuerySet

from siklus.cycle.outreach.first_response.clock import Stint, minutes_of, waited
from siklus.cycle.outreach.first_response.models import FirstResponse, ResponseTarget
from siklus.cycle.outreach.models import Purpose
from siklus.platform.accounts.leading import leaders_of
from siklus.platform.accounts.models import Role, User
from siklus.platform.accounts.visibility import visible_q
from siklus.platform.mail.models import Outgoing
from siklus.records.activities.models import Activity, ActivityKind
from siklus.records.deals.models import Deal, DealInterval, Pipeline

DEFAULT_TARGET = 60  # minutes of working time, where no row says otherwise
CONTACTS = (ActivityKind.CALL, ActivityKind.EMAIL, ActivityKind.MESSAGE, ActivityKind.MEETING)


class Waiting(NamedTuple):
    """A clock as screens show it: minutes of working time, of the lead and of the present owner alone."""

    response: FirstResponse
    minutes: int
    owner_minutes: int
    is_overdue: bool

    @property
    def is_handed_on(self) -> bool:
        return self.minutes != self.owner_minutes


def responses_for(viewer: User) -> QuerySet[FirstResponse]:
    """The clocks of the leads that the viewer may see."""
    rows = FirstResponse.objects.filter(deal__merged_into=None)
    seen = visible_q(viewer, owner="deal__owner")
    return rows if seen is None else rows.filter(seen)


def response_for(viewer: User, deal_id: int) -> FirstResponse:
    """The clock of one lead, by the lead's id. Raises FirstResponse.DoesNotExist for strangers too."""
    return responses_for(viewer).select_related("deal", "owner").get(deal_id=deal_id)


def waits_in_time(prefix: str = "") -> Q:
    """Nobody has spoken to it, and there is a time until when somebody shall; of deals with the name of the relation."""
    at = f"{prefix}__" if prefix else ""
    return Q(**{f"{at}answered_at": None, f"{at}ended_at": None, f"{at}due_at__isnull": False})


def to_answer(viewer: User, *, own: bool = False) -> QuerySet[FirstResponse]:
    """Leads that wait for somebody to speak to them, the most overdue first, then those that are due next.

    With `own` only the viewer's, and those of nobody which they may see.
    """
    rows = responses_for(viewer).filter(waits_in_time())
    if own:
        rows = rows.filter(Q(deal__owner=viewer) | Q(deal__owner=None))
    joined = ("deal", "deal__company", "deal__contact", "deal__stage", "deal__owner")
    return rows.select_related(*joined).order_by("due_at", "pk")


def due_of(deal_ids: Iterable[int]) -> dict[int, datetime | None]:
    """Deals at hand that wait for their first contact → until when, if there is a target. One question."""
    rows = FirstResponse.objects.filter(deal__in=list(deal_ids), answered_at=None, ended_at=None)
    return dict(rows.values_list("deal_id", "due_at"))


def stints_of(deal: Deal) -> list[Stint]:
    """Who owned it when, neighbours with the same owner joined."""
    return stints_of_many([deal.pk])[deal.pk]


def stints_of_many(deal_ids: Iterable[int]) -> dict[int, list[Stint]]:
    """The same of many deals, in two questions."""
    found: dict[int, list[Stint]] = {pk: [] for pk in deal_ids}
    rows = DealInterval.objects.filter(deal__in=list(found), superseded_at=None).order_by(
        "deal_id", "valid_from", "id"
    )
    lives = list(rows.values_list("deal_id", "owner_id", "valid_from", "valid_to"))
    people = User.objects.in_bulk({owner for _deal, owner, _start, _end in lives if owner})
    for (deal, owner), group in groupby(lives, key=lambda row: row[:2]):
        part = list(group)
        found[deal].append(Stint(people.get(owner or 0), part[0][2], part[-1][3]))
    return found


def waiting(response: FirstResponse, now: datetime) -> Waiting:
    """How long it has waited until now, or had when it was answered or ended."""
    return states_of([response], now)[response.deal_id]


def states_of(responses: Iterable[FirstResponse], now: datetime) -> dict[int, Waiting]:
    """The same of many clocks, by the lead's id. Two questions, and none when all were answered."""
    rows = list(responses)
    stints = stints_of_many([one.deal_id for one in rows if one.waited is None])
    return {one.deal_id: _state(one, stints.get(one.deal_id, []), now) for one in rows}


def _state(one: FirstResponse, stints: list[Stint], now: datetime) -> Waiting:
    if one.waited is not None:
        return Waiting(one, one.waited, one.owner_waited or 0, False)
    minutes = minutes_of(waited(stints, one.arrived_at, now))
    own = minutes_of(waited(stints, max(one.owner_since, one.arrived_at), now))
    return Waiting(one, minutes, own, one.is_overdue(now))


def clock_of(deal: Deal) -> FirstResponse | None:
    """The clock of a deal at hand, read already where the question joined `first_response`."""
    return getattr(deal, "first_response", None)


def first_contact(deal: Deal) -> Activity | None:
    """The first call, mail, message or meeting that a person of ours made on this deal."""
    rows = Activity.objects.filter(deal=deal, kind__in=CONTACTS, done_at__isnull=False)
    theirs = Q(message__is_ours=False)
    by_itself = Q(message__purpose__in=[Purpose.SEQUENCE, Purpose.CAMPAIGN])
    stayed = Q(message__outgoing__state=Outgoing.State.FAILED)
    return rows.exclude(theirs).exclude(by_itself).exclude(stayed).order_by("done_at", "id").first()


def target_for(pipeline: Pipeline, source: str) -> int | None:
    """Minutes of working time. Pipeline and source hold before the source, it before the pipeline, it before all."""
    rows = ResponseTarget.objects.filter(Q(pipeline=pipeline) | Q(pipeline=None))
    wanted = source.strip().casefold()
    fitting = [one for one in rows if not one.source or one.source.casefold() == wanted]
    if not fitting:
        return DEFAULT_TARGET
    return max(fitting, key=lambda one: (bool(one.source), one.pipeline_id is not None)).minutes


def targets() -> list[ResponseTarget]:
    return list(ResponseTarget.objects.select_related("pipeline"))


def target_row_for(_viewer: User, target_id: int) -> ResponseTarget:
    """Everybody may know the targets."""
    return ResponseTarget.objects.get(pk=target_id)


def managers_of(owner: User | None) -> list[User]:
    """Who hears that a lead waits too long: who leads the owner; of nobody's leads every manager."""
    if owner is None:
        return list(User.objects.filter(role=Role.MANAGER, is_active=True))
    return leaders_of(owner.team, but=owner)
