"""What a company asks for before a deal enters a stage, or is won."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from siklus.cycle.closing.facts import StageRuleAdded, StageRuleRemoved
from siklus.cycle.closing.models import StageRule
from siklus.platform.accounts.models import User
from siklus.platform.journal.record import record
from siklus.records.deals.conditions import condition_named
from siklus.records.deals.models import Pipeline, Stage
from siklus.records.fields.record import Refused


class CannotChangeRules(Refused):
    """The rule cannot be as asked."""


@transaction.atomic
def add_stage_rule(
    *, pipeline: Pipeline, stage: Stage | None, condition: str, by: User | None, at: datetime, about: str = ""
) -> StageRule:
    """Ask for something before deals enter a stage; without a stage, before they are won. Deals that stand there stay."""
    if stage is not None and (stage.pipeline_id != pipeline.pk or stage.retired_at is not None):
        raise CannotChangeRules(_("Choose a stage of this pipeline."), field="stage")
    found = condition_named(condition)
    if found is None:
        raise CannotChangeRules(_("Choose what is asked for."), field="condition")
    if about not in (dict(found.choices()) if found.choices else {"": ""}):
        raise CannotChangeRules(_("Choose what exactly is asked for."), field="about")
    Pipeline.objects.select_for_update().get(pk=pipeline.pk)
    known = StageRule.objects.filter(pipeline=pipeline, stage=stage, condition=condition, about=about).first()
    if known is not None:
        return known
    rule = StageRule.objects.create(pipeline=pipeline, stage=stage, condition=condition, about=about)
    record(StageRuleAdded(pipeline=pipeline.pk, **_told(rule)), by=by, at=at)
    return rule


@transaction.atomic
def remove_stage_rule(*, rule: StageRule, by: User | None, at: datetime) -> None:
    """Ask for it no more."""
    told = _told(rule)
    if StageRule.objects.filter(pk=rule.pk).delete()[0]:
        record(StageRuleRemoved(pipeline=rule.pipeline_id, **told), by=by, at=at)


def _told(rule: StageRule) -> dict[str, Any]:
    stage = rule.stage
    return {
        "stage": stage.pk if stage else None, "title": stage.name if stage else _("Won"),
        "condition": rule.condition, "asked_about": rule.about,
    }  # fmt: skip
