"""What a merge of deals means for what is planned on them."""

from siklus.records.activities.actions import update_deal
from siklus.records.fields.merging import after_merge


@after_merge("deal")
def plan_anew(deal_id: int) -> None:
    """The next activity stands on the deal itself: read it from the activities that the deal has now."""
    update_deal(deal_id)
