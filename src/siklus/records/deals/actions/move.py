from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from siklus.platform.accounts.models import User
from siklus.platform.journal.record import record
from siklus.records.deals import history
from siklus.records.deals.actions.shared import CannotChangeDeal, locked, mentions, refuse_closed, settle
from siklus.records.deals.facts import DealMoved, DealQualified, DealUnqualified
from siklus.records.deals.gates import QUALIFIED, ask_gates
from siklus.records.deals.models import Deal, Stage
from siklus.records.deals.models.pipeline import QUALIFYING_KINDS


@transaction.atomic
def move_deal(
    *, deal: Deal, stage: Stage, by: User | None, at: datetime, expected_version: int | None = None
) -> Deal:
    """Move an open deal to another stage, also of another pipeline. From the demo on, a lead is a deal."""
    deal = locked(deal, expected_version)
    refuse_closed(deal)
    if deal.stage_id != stage.pk:
        _move(deal, stage, by=by, at=at, qualifies=stage.kind in QUALIFYING_KINDS)
    return deal


@transaction.atomic
def take_back_move(
    *, deal: Deal, stage: Stage, by: User | None, at: datetime, expected_version: int | None
) -> Deal:
    """Move a deal back to where its last move began. What that move made a deal is a lead again.

    Both moves stay in the history. The version says that nothing else happened since; without one, or when the last
    change was another one, this is a move like any other.
    """
    deal = locked(deal, expected_version)
    refuse_closed(deal)
    if deal.stage_id == stage.pk:
        return deal
    unqualifies = expected_version is not None and _qualified_by_leaving(deal, stage)
    _move(deal, stage, by=by, at=at, qualifies=stage.kind in QUALIFYING_KINDS and not unqualifies)
    if unqualifies:
        record(DealUnqualified(deal=deal.pk), by=by, at=at, mentions=mentions(deal))
        deal.qualified_at = None
        deal.save(update_fields=["qualified_at"])
    return deal


def _qualified_by_leaving(deal: Deal, stage: Stage) -> bool:
    """Was it the last change, a move out of this stage, that made the lead a deal?"""
    last = list(history.intervals(deal).reverse()[:2])
    return (
        len(last) == 2
        and last[0].valid_from == deal.qualified_at
        and last[0].stage_id == deal.stage_id
        and last[1].stage_id == stage.pk
    )


def _move(deal: Deal, stage: Stage, *, by: User | None, at: datetime, qualifies: bool) -> None:
    if stage.retired_at is not None:
        raise CannotChangeDeal(_("The stage %(stage)s is retired.") % {"stage": stage.name}, field="stage")
    qualifies = qualifies and deal.is_lead
    ask_gates(deal, stage, qualifies=qualifies)
    before = history.tracked(deal)
    left = deal.stage
    deal.stage = stage
    deal.pipeline_id = stage.pipeline_id
    deal.probability = stage.probability
    if not deal.category_by_hand:
        deal.category = stage.category
    deal.stage_entered_at = max(at, deal.stage_entered_at)
    if qualifies:
        _qualify(deal, by=by, at=at)
    settle(deal, before, DealMoved, by=by, at=at, from_stage=left.name, to_stage=stage.name)


@transaction.atomic
def qualify_deal(*, deal: Deal, by: User | None, at: datetime, expected_version: int | None = None) -> Deal:
    """Let a lead become a deal. Its history goes on."""
    deal = locked(deal, expected_version)
    refuse_closed(deal)
    if not deal.is_lead:
        return deal
    ask_gates(deal, deal.stage, kind=QUALIFIED)
    _qualify(deal, by=by, at=at)
    deal.version += 1
    deal.updated_at = max(at, deal.updated_at)
    deal.save(update_fields=["qualified_at", "version", "updated_at"])
    return deal


def _qualify(deal: Deal, *, by: User | None, at: datetime) -> None:
    if at < deal.created_at:
        raise CannotChangeDeal(_("A lead is not qualified before it exists."), field="at")
    deal.qualified_at = at
    record(DealQualified(deal=deal.pk, qualified_at=at), by=by, at=at, mentions=mentions(deal))
