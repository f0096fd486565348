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
    "Approval",
    "CloseReview",
    "DiscountLimit",
    "Factor",
    "NumberSeries",
    "Quote",
    "QuoteLine",
    "QuoteRule",
    "QuoteSettings",
    "QuoteState",
    "QuoteVersion",
    "StageRule",
    "TaxRate",
]
