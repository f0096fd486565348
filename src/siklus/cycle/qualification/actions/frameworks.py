"""Frameworks, their criteria, and which pipeline asks for which."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from siklus.cycle.qualification.facts import (
    CriterionAdded,
    CriterionChanged,
    CriterionRetired,
    FrameworkAdded,
    FrameworkChanged,
    FrameworkRetired,
    QualificationRuleSet,
)
from siklus.cycle.qualification.models import Criterion, Framework, QualificationRule
from siklus.cycle.qualification.ready import READY
from siklus.platform.accounts.models import User
from siklus.platform.journal.record import record
from siklus.records.deals.models import Pipeline
from siklus.records.fields.record import Refused, apply

TEXTS = ("label_en", "label_id", "ask_en", "ask_id")
EDITABLE = (*TEXTS, "weight", "is_must", "is_wish", "position")


class CannotChangeFramework(Refused):
    """The framework cannot be as asked."""


@transaction.atomic
def add_framework(*, name: str, by: User | None, at: datetime) -> Framework:
    """Add a team's own framework, still without criteria."""
    made = Framework(name=_named(name), created_at=at, updated_at=at)
    made.save()
    record(FrameworkAdded(framework=made.pk, title=made.name), by=by, at=at)
    return made


@transaction.atomic
def add_ready_framework(*, key: str, by: User | None, at: datetime) -> Framework:
    """Add BANT, MEDDIC or CHAMP with its criteria in both languages."""
    if key not in READY:
        raise CannotChangeFramework(_("“%(name)s” is no ready framework.") % {"name": key}, field="name")
    made = add_framework(name=key, by=by, at=at)
    for asked in READY[key]:
        add_criterion(framework=made, by=by, at=at, **asked._asdict())
    return made


@transaction.atomic
def edit_framework(*, framework: Framework, by: User | None, at: datetime, name: str) -> Framework:
    """Give a framework another name."""
    framework = Framework.objects.select_for_update().get(pk=framework.pk)
    if " ".join(name.split()) != framework.name:
        name = _named(name, but=framework)
        changes = apply(framework, {"name": name}, editable=("name",))
        framework.version += 1
        framework.updated_at = at
        framework.save()
        fact = FrameworkChanged(framework=framework.pk, title=framework.name, changes=tuple(changes))
        record(fact, by=by, at=at)
    return framework


@transaction.atomic
def retire_framework(*, framework: Framework, by: User | None, at: datetime) -> Framework:
    """Offer a framework no more. Refused while a pipeline qualifies by it; its answers stay."""
    framework = Framework.objects.select_for_update().get(pk=framework.pk)
    used = QualificationRule.objects.filter(framework=framework).select_related("pipeline").first()
    if used is not None:
        text = _("The pipeline %(name)s qualifies by it. Choose another one there first.")
        raise CannotChangeFramework(text % {"name": used.pipeline.name})
    if framework.retired_at is None:
        framework.retired_at = at
        framework.save(update_fields=["retired_at"])
        record(FrameworkRetired(framework=framework.pk, title=framework.name), by=by, at=at)
    return framework


@transaction.atomic
def add_criterion(*, framework: Framework, by: User | None, at: datetime, **values: Any) -> Criterion:
    """Add something to know. A label in one language is enough, both are better."""
    last = Criterion.objects.filter(framework=framework).aggregate(last=Max("position"))["last"]
    made = Criterion(framework=framework, position=0 if last is None else last + 1)
    apply(made, values, editable=EDITABLE)
    _check(made)
    made.save()
    record(CriterionAdded(criterion=made.pk, framework=framework.pk, title=made.label), by=by, at=at)
    return made


@transaction.atomic
def edit_criterion(*, criterion: Criterion, by: User | None, at: datetime, **values: Any) -> Criterion:
    """Word a criterion anew, or weigh it otherwise. Scores follow at once."""
    criterion = Criterion.objects.select_for_update().get(pk=criterion.pk)
    changes = apply(criterion, values, editable=EDITABLE)
    if changes:
        _check(criterion)
        criterion.save()
        fact = CriterionChanged(
            criterion=criterion.pk,
            framework=criterion.framework_id,
            title=criterion.label,
            changes=tuple(changes),
        )
        record(fact, by=by, at=at)
    return criterion


@transaction.atomic
def retire_criterion(*, criterion: Criterion, by: User | None, at: datetime) -> Criterion:
    """Ask for it no more. What was answered stays."""
    criterion = Criterion.objects.select_for_update().get(pk=criterion.pk)
    if criterion.retired_at is None:
        criterion.retired_at = at
        criterion.save(update_fields=["retired_at"])
        fact = CriterionRetired(
            criterion=criterion.pk, framework=criterion.framework_id, title=criterion.label
        )
        record(fact, by=by, at=at)
    return criterion


@transaction.atomic
def set_qualification_rule(
    *,
    pipeline: Pipeline,
    framework: Framework | None,
    by: User | None,
    at: datetime,
    least_score: int = 50,
    needs_evidence: bool = False,
    is_demanded: bool = False,
) -> QualificationRule | None:
    """Say by which framework a pipeline qualifies, and from which score on. Without one, people decide freely."""
    if not 0 <= least_score <= 100:
        raise CannotChangeFramework(_("The score is from 0 to 100."), field="least_score")
    if framework is not None:
        framework = Framework.objects.select_for_update().get(pk=framework.pk)
    if framework is not None and framework.retired_at is not None:
        text = _("The framework %(name)s is not offered any more.")
        raise CannotChangeFramework(text % {"name": framework.name}, field="framework")
    known = QualificationRule.objects.select_for_update().filter(pipeline=pipeline).first()
    asked = (framework.pk, least_score, needs_evidence, is_demanded) if framework else None
    if asked == (
        (known.framework_id, known.least_score, known.needs_evidence, known.is_demanded) if known else None
    ):
        return known
    rule = None
    if framework is None:
        QualificationRule.objects.filter(pipeline=pipeline).delete()
    else:
        values = {
            "framework": framework, "least_score": least_score, "needs_evidence": needs_evidence,
            "is_demanded": is_demanded,
        }  # fmt: skip
        rule, _made = QualificationRule.objects.update_or_create(pipeline=pipeline, defaults=values)
    fact = QualificationRuleSet(
        pipeline=pipeline.pk, framework=framework.pk if framework else None, least_score=least_score,
        needs_evidence=needs_evidence, is_demanded=is_demanded,
    )  # fmt: skip
    record(fact, by=by, at=at)
    return rule


def _named(name: str, *, but: Framework | None = None) -> str:
    name = " ".join(name.split())[:60]
    if not name:
        raise CannotChangeFramework(_("Give it a name."), field="name")
    others = Framework.objects.filter(name__iexact=name, retired_at=None)
    if but is not None:
        others = others.exclude(pk=but.pk)
    if others.exists():
        raise CannotChangeFramework(_("There is a framework of this name already."), field="name")
    return name


def _check(criterion: Criterion) -> None:
    criterion.label_en, criterion.label_id = (
        " ".join(one.split())[:80] for one in (criterion.label_en, criterion.label_id)
    )
    criterion.ask_en, criterion.ask_id = (
        " ".join(one.split())[:250] for one in (criterion.ask_en, criterion.ask_id)
    )
    if not criterion.label_en and not criterion.label_id:
        raise CannotChangeFramework(_("Name the criterion, in one language at least."), field="label_en")
    if not 1 <= criterion.weight <= 5:
        raise CannotChangeFramework(_("The weight is from 1 to 5."), field="weight")
