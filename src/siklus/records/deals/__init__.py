"""Deals, and leads, which are deals that are not qualified yet: one row and one history for the whole life.

Nouns: Pipeline, Stage, StageVersion, LostReason, Deal, DealInterval, DealContact, DealProduct.
Verbs: create_deal, edit_deal, qualify_deal, move_deal, assign_deal, win_deal, lose_deal, reopen_deal, tag_deal,
merge_deals, unmerge_deals, add_pipeline, rename_pipeline, add_stage, edit_stage, retire_stage,
add_lost_reason, retire_lost_reason, restore_lost_reason.
Facts: deal.created … deal.reopened, stage.added …
Door: deal_for(user, id). History: as_of(moment), spans_of(deal).
"""
