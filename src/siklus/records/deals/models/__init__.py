from siklus.records.deals.models.deal import Deal, DealContact, DealProduct, Kind, Status
from siklus.records.deals.models.history import TRACKED, DealInterval
from siklus.records.deals.models.pipeline import (
    OPEN_KINDS,
    Category,
    LostReason,
    Pipeline,
    Stage,
    StageKind,
    StageVersion,
)

__all__ = [
    "OPEN_KINDS",
    "TRACKED",
    "Category",
    "Deal",
    "DealContact",
    "DealInterval",
    "DealProduct",
    "Kind",
    "LostReason",
    "Pipeline",
    "Stage",
    "StageKind",
    "StageVersion",
    "Status",
]
