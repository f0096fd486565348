"""The research checklist of a pipeline, and what was done of it for a deal."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from siklus.cycle.research.facts import (
    ItemAdded,
    ItemChanged,
    ItemRetired,
    ResearchRuleSet,
    ResearchTicked,
    ResearchUnticked,
)
from siklus.cycle.research.models import WHY, ChecklistItem, ResearchRule, Section, Tick
from siklus.platform.accounts.models import User
from siklus.platform.journal.record import record
from siklus.records.deals.models import Deal, Pipeline
from siklus.records.fields.record import Refused, apply


class CannotChangeChecklist(Refused):
    """The checklist cannot be as asked."""


@transaction.atomic
def add_item(
    *,
    pipeline: Pipeline,
    by: User | None,
    at: datetime,
    label_en: str = "",
    label_id: str = "",
    section: str = "",
) -> ChecklistItem:
    """Add something to find out before the first contact. One language is enough, both are better."""
    last = ChecklistItem.objects.filter(pipeline=pipeline).aggregate(last=Max("position"))["last"]
    item = ChecklistItem(
        pipeline=pipeline, label_en=label_en, label_id=label_id, section=section,
        position=0 if last is None else last + 1,
    )  # fmt: skip
    _check(item)
    item.save()
    record(ItemAdded(item=item.pk, pipeline=pipeline.pk, title=item.label), by=by, at=at)
    return item


@transaction.atomic
def edit_item(*, item: ChecklistItem, by: User | None, at: datetime, **values: Any) -> ChecklistItem:
    """Word an item anew, place it, or say which part of the dossier answers it."""
    item = ChecklistItem.objects.select_for_update().get(pk=item.pk)
    changes = apply(item, values, editable=("label_en", "label_id", "section", "position"))
    if changes:
        _check(item)
        item.save()
        fact = ItemChanged(item=item.pk, pipeline=item.pipeline_id, title=item.label, changes=tuple(changes))
        record(fact, by=by, at=at)
    return item


@transaction.atomic
def retire_item(*, item: ChecklistItem, by: User | None, at: datetime) -> ChecklistItem:
    """Ask for it no more. What was done stays."""
    item = ChecklistItem.objects.select_for_update().get(pk=item.pk)
    if item.retired_at is None:
        item.retired_at = at
        item.save(update_fields=["retired_at"])
        record(ItemRetired(item=item.pk, pipeline=item.pipeline_id, title=item.label), by=by, at=at)
    return item


@transaction.atomic
def tick(*, deal: Deal, item: ChecklistItem, by: User | None, at: datetime) -> None:
    """This is done for the deal."""
    deal = _held(deal)
    if item.retired_at is not None or item.pipeline_id != deal.pipeline_id:
        raise CannotChangeChecklist(_("This is not on the checklist of the deal's pipeline."), field="item")
    _row, is_new = Tick.objects.get_or_create(deal=deal, item=item, defaults={"by": by, "at": at})
    if is_new:
        fact = ResearchTicked(deal=deal.pk, item=item.pk, title=item.label)
        record(fact, by=by, at=at, mentions={"company": deal.company_id})


@transaction.atomic
def untick(*, deal: Deal, item: ChecklistItem, by: User | None, at: datetime) -> None:
    """It is not done after all."""
    deal = _held(deal)
    gone, _rows = Tick.objects.filter(deal=deal, item=item).delete()
    if gone:
        fact = ResearchUnticked(deal=deal.pk, item=item.pk, title=item.label)
        record(fact, by=by, at=at, mentions={"company": deal.company_id})


@transaction.atomic
def set_research_rule(*, pipeline: Pipeline, is_demanded: bool, by: User | None, at: datetime) -> None:
    """Say whether deals of this pipeline need their research before the first contact."""
    rule = ResearchRule.objects.filter(pipeline=pipeline).first()
    if (rule.is_demanded if rule else False) == is_demanded:
        return
    ResearchRule.objects.update_or_create(pipeline=pipeline, defaults={"is_demanded": is_demanded})
    record(ResearchRuleSet(pipeline=pipeline.pk, is_demanded=is_demanded), by=by, at=at)


def _held(deal: Deal) -> Deal:
    fresh = Deal.objects.select_for_update(of=("self",)).get(pk=deal.pk)
    if fresh.merged_into_id:
        raise CannotChangeChecklist(_("This was merged into another record meanwhile."))
    return fresh


def _check(item: ChecklistItem) -> None:
    item.label_en, item.label_id = (" ".join(one.split())[:120] for one in (item.label_en, item.label_id))
    if not item.label_en and not item.label_id:
        raise CannotChangeChecklist(_("Say what to find out, in one language at least."), field="label_en")
    if item.section and item.section not in {*Section.values, WHY}:
        raise CannotChangeChecklist(
            _("“%(name)s” is no part of a dossier.") % {"name": item.section}, field="section"
        )
