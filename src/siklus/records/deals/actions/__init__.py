"""What can happen to a lead or deal; one file a verb."""

from siklus.records.deals.actions.assign import assign_deal
from siklus.records.deals.actions.close import discard_deal, lose_deal, reopen_deal, win_deal
from siklus.records.deals.actions.create import create_deal
from siklus.records.deals.actions.edit import edit_deal, tag_deal
from siklus.records.deals.actions.merge import merge_deals, unmerge_deals
from siklus.records.deals.actions.move import move_deal, qualify_deal, take_back_move
from siklus.records.deals.actions.people import add_person, remove_person, set_product
from siklus.records.deals.actions.pipeline import (
    add_pipeline,
    add_stage,
    edit_stage,
    rename_pipeline,
    retire_stage,
)
from siklus.records.deals.actions.ready import add_ready_pipeline
from siklus.records.deals.actions.reasons import add_lost_reason, restore_lost_reason, retire_lost_reason
from siklus.records.deals.actions.shared import CannotChangeDeal, DealIsClosed

__all__ = [
    "CannotChangeDeal",
    "DealIsClosed",
    "add_lost_reason",
    "add_person",
    "add_pipeline",
    "add_ready_pipeline",
    "add_stage",
    "assign_deal",
    "create_deal",
    "discard_deal",
    "edit_deal",
    "edit_stage",
    "lose_deal",
    "merge_deals",
    "move_deal",
    "qualify_deal",
    "remove_person",
    "rename_pipeline",
    "reopen_deal",
    "restore_lost_reason",
    "retire_lost_reason",
    "retire_stage",
    "set_product",
    "tag_deal",
    "take_back_move",
    "unmerge_deals",
    "win_deal",
]
