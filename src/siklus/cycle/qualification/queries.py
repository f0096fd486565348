"""How far the qualification of a deal is, the frameworks, and their doors."""

from collections import defaultdict
from dataclasses import dataclass

from siklus.cycle.qualification.models import Answer, Criterion, Framework, QualificationRule, Verdict
from siklus.cycle.qualification.scoring import Judged, Score, score
from siklus.platform.accounts.models import User
from siklus.records.deals.models import Deal


@dataclass(frozen=True, slots=True)
class Row:
    """One criterion on a deal: the answer that holds, and those before it, the newest first."""

    criterion: Criterion
    answer: Answer | None
    before: list[Answer]

    @property
    def is_met(self) -> bool:
        return self.answer is not None and self.answer.verdict == Verdict.YES


@dataclass(frozen=True, slots=True)
class State:
    """A deal by the framework of its pipeline. `is_enough`: it may count as qualified."""

    rule: QualificationRule
    rows: list[Row]
    score: Score
    musts: list[Row]
    unproven: list[Row]

    @property
    def reaches(self) -> bool:
        return self.score.percent >= self.rule.least_score

    @property
    def is_enough(self) -> bool:
        return self.reaches and not self.musts and not self.unproven


def frameworks_in_use() -> list[Framework]:
    return list(Framework.objects.filter(retired_at=None))


def framework_for(_viewer: User, framework_id: int) -> Framework:
    """Frameworks are known to everybody."""
    return Framework.objects.get(pk=framework_id)


def criterion_for(_viewer: User, criterion_id: int) -> Criterion:
    return Criterion.objects.select_related("framework").get(pk=criterion_id)


def criteria_of(framework_id: int) -> list[Criterion]:
    """What a framework asks for, in its order."""
    return list(Criterion.objects.filter(framework_id=framework_id, retired_at=None))


def rule_of(pipeline_id: int) -> QualificationRule | None:
    return QualificationRule.objects.select_related("framework").filter(pipeline_id=pipeline_id).first()


def state_of(deal: Deal, pipeline_id: int | None = None) -> State | None:
    """The qualification of a deal in its pipeline or in another; None where the pipeline has no framework."""
    rule = rule_of(pipeline_id or deal.pipeline_id)
    if rule is None:
        return None
    answers: dict[int, list[Answer]] = defaultdict(list)
    if deal.pk is not None:
        known = Answer.objects.filter(deal_id=deal.pk, criterion__framework_id=rule.framework_id)
        for one in known.select_related("by", "evidence").order_by("-pk"):
            answers[one.criterion_id].append(one)
    rows = []
    for criterion in criteria_of(rule.framework_id):
        mine = answers[criterion.pk]
        holds = next((one for one in mine if one.superseded_at is None), None)
        rows.append(Row(criterion, holds, [one for one in mine if one is not holds]))
    judged = [Judged(row.criterion.weight, row.answer.verdict if row.answer else None) for row in rows]
    return State(
        rule=rule, rows=rows, score=score(judged),
        musts=[row for row in rows if row.criterion.is_must and not row.is_met],
        unproven=[row for row in rows if rule.needs_evidence and _is_unproven(row)],
    )  # fmt: skip


def wishes_in(deal: Deal) -> list[str]:
    """What the buyer said to the questions whose answers belong on a demo's agenda."""
    state = state_of(deal)
    if state is None:
        return []
    return [row.answer.said for row in state.rows if row.criterion.is_wish and row.answer and row.answer.said]


def _is_unproven(row: Row) -> bool:
    """A yes, or half of one, that nothing shows."""
    return row.answer is not None and row.answer.verdict != Verdict.NO and row.answer.evidence_id is None
