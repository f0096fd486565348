from siklus.cycle.closing.models.plans import ActionPlan, Milestone, PlanStep, Side
from siklus.cycle.closing.models.quotes import Approval, Quote, QuoteLine, QuoteState, QuoteVersion
from siklus.cycle.closing.models.reviews import CloseReview, Factor
from siklus.cycle.closing.models.rules import (
    DiscountLimit,
    NumberSeries,
    QuoteRule,
    QuoteSettings,
    StageRule,
    TaxRate,
)

__all__ = [
    "ActionPlan",
    "Approval",
    "CloseReview",
    "DiscountLimit",
    "Factor",
    "Milestone",
    "NumberSeries",
    "PlanStep",
    "Quote",
    "QuoteLine",
    "QuoteRule",
    "QuoteSettings",
    "QuoteState",
    "QuoteVersion",
    "Side",
    "StageRule",
    "TaxRate",
]
