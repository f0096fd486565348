from siklus.team.incentives.models.cases import Adjustment, AdjustmentKind, CaseState, Dispute, DisputeState
from siklus.team.incentives.models.inputs import CreditRole, CreditShare, PayEvent, PayEventKind
from siklus.team.incentives.models.ledger import LedgerLine, PayPeriod, PeriodState, Run
from siklus.team.incentives.models.plans import Assignment, CommissionPlan, PayRule, PlanVersion

__all__ = [
    "Adjustment",
    "AdjustmentKind",
    "Assignment",
    "CaseState",
    "CommissionPlan",
    "CreditRole",
    "CreditShare",
    "Dispute",
    "DisputeState",
    "LedgerLine",
    "PayEvent",
    "PayEventKind",
    "PayPeriod",
    "PayRule",
    "PeriodState",
    "PlanVersion",
    "Run",
]
