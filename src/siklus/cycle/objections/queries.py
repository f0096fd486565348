"""The one door to objections, which follows the deal, and the catalogue, which everybody may read."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, F, Max, OuterRef, Q, QuerySet, Subquery

from siklus.cycle.objections.models import (
    Answer,
    ClosingRule,
    Objection,
    ObjectionType,
    Response,
    ResponseVersion,
    State,
)
from siklus.platform.accounts.models import User
from siklus.platform.accounts.visibility import visible
from siklus.records.deals.models import Status

ENDED = (Status.WON, Status.LOST, Status.NO_DECISION)  # a disqualified deal says nothing about an answer


def objections_for(viewer: User) -> QuerySet[Objection]:
    """Objections on the deals that the viewer may see."""
    return visible(Objection.objects.filter(deal__merged_into=None), viewer, owner="deal__owner")


def objection_for(viewer: User, objection_id: int) -> Objection:
    """One objection. Raises Objection.DoesNotExist for strangers too."""
    return objections_for(viewer).select_related("deal", "type", "activity", "raised_by").get(pk=objection_id)


def types_in_use() -> list[ObjectionType]:
    return list(ObjectionType.objects.filter(retired_at=None))


def type_for(_viewer: User, type_id: int) -> ObjectionType:
    """The catalogue is known to everybody."""
    return ObjectionType.objects.get(pk=type_id)


def response_for(_viewer: User, response_id: int) -> Response:
    return Response.objects.select_related("type", "owner").get(pk=response_id)


def current_versions(*, type_id: int | None = None) -> list[ResponseVersion]:
    """The words that hold now of every response in use, type by type."""
    rows = ResponseVersion.objects.filter(
        number=F("response__version"), response__retired_at=None, response__type__retired_at=None
    )
    if type_id is not None:
        rows = rows.filter(response__type_id=type_id)
    return list(
        rows.select_related("response", "response__type", "response__owner")
        .order_by("response__type__position", "response__type_id", "response_id")
    )  # fmt: skip


def of_deal(deal_id: int) -> list[Objection]:
    """The objections of a deal at hand, unsettled ones first, each with `last_answer`. Two questions."""
    rows = list(
        Objection.objects.filter(deal_id=deal_id).select_related("type", "raised_by", "activity")
        .order_by("-raised_at", "-id")
    )  # fmt: skip
    with_last_answers(rows)
    place = {State.OPEN: 0, State.ANSWERED: 1, State.STANDS: 2, State.RESOLVED: 3}
    rows.sort(key=lambda one: place[State(one.state)])
    return rows


def with_last_answers(objections: list[Objection]) -> None:
    """Put the last answer of each on it as `last_answer`."""
    answered = [one.pk for one in objections if one.state != State.OPEN]
    last = Answer.objects.filter(objection_id__in=answered).values("objection").annotate(last=Max("pk"))
    answers = (
        Answer.objects.filter(pk__in=last.values("last")).select_related("used", "by") if answered else ()
    )
    found = {one.objection_id: one for one in answers}
    for one in objections:
        one.last_answer = found.get(one.pk)  # type: ignore[attr-defined]


def open_counts(deal_ids: Iterable[int]) -> dict[int, int]:
    """How many open objections each of these deals has; those without are left out. One question."""
    rows = Objection.objects.filter(deal_id__in=list(deal_ids), state=State.OPEN)
    return dict(rows.order_by().values_list("deal_id").annotate(count=Count("pk")))


def waiting_for(viewer: User, *, own: bool) -> QuerySet[Objection]:
    """Open objections on open deals, the oldest first: whoever objects waits for an answer."""
    rows = objections_for(viewer).filter(state=State.OPEN, deal__status=Status.OPEN)
    if own:
        rows = rows.filter(deal__owner=viewer)
    return rows.select_related("type", "deal", "deal__stage", "deal__contact", "deal__owner").order_by(
        "raised_at", "id"
    )


def refuses_open(pipeline_id: int) -> bool:
    """Does this pipeline refuse to close a deal while an objection is open?"""
    return ClosingRule.objects.filter(pipeline_id=pipeline_id, refuses_open=True).exists()


@dataclass(slots=True)
class Use:
    """How often a response was the answer to a type of objection, and what came of it."""

    type_id: int
    response_id: int
    used: int = 0
    decided: int = 0  # answers of which we know whether they resolved the objection
    resolved: int = 0
    ended: int = 0  # deals with this answer that were won, lost or not decided
    won: int = 0


def uses(viewer: User, *, type_id: int | None = None) -> list[Use]:
    """Every pair of type and response that was used where the viewer may see it.

    Only the last answer can have resolved an objection; the ones before it did not. While the last one waits for the
    buyer's yes, it is not decided. A deal counts once for a pair, however often the answer was given.
    """
    rows = objections_for(viewer)
    if type_id is not None:
        rows = rows.filter(type_id=type_id)
    last = Answer.objects.filter(objection=OuterRef("objection")).order_by("-pk").values("pk")[:1]
    answers = (
        Answer.objects.filter(objection__in=rows, used__isnull=False)
        .annotate(last=Subquery(last))
        .values_list("objection__type_id", "used__response_id")
        .order_by()
        .annotate(
            used_count=Count("pk"),
            waiting=Count("pk", filter=Q(pk=F("last"), objection__state=State.ANSWERED)),
            resolved_count=Count("pk", filter=Q(pk=F("last"), objection__state=State.RESOLVED)),
            ended=Count("objection__deal", distinct=True, filter=Q(objection__deal__status__in=ENDED)),
            won=Count("objection__deal", distinct=True, filter=Q(objection__deal__status=Status.WON)),
        )
    )
    return [
        Use(type_pk, response, used, used - waiting, resolved, ended, won)
        for type_pk, response, used, waiting, resolved, ended, won in answers
    ]


def vocabulary() -> dict[int, str]:
    """The words by which each type is known: of its names and its responses, in both languages."""
    found: dict[int, list[str]] = defaultdict(list)
    for one in types_in_use():
        found[one.pk] += [one.name_en, one.name_id]
    for version in current_versions():
        for wording in version.wording.values():
            found[version.response.type_id] += wording.values()
    return {pk: " ".join(texts) for pk, texts in found.items()}
