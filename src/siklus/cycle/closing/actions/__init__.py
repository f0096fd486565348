"""The verbs of closing."""

from siklus.cycle.closing.actions.approve import approve_discount, ask_approval, refuse_discount
from siklus.cycle.closing.actions.decide import accept_quote, agreed_lines, decline_quote
from siklus.cycle.closing.actions.draft import LineDraft, draft_quote, edit_quote
from siklus.cycle.closing.actions.plan import (
    CannotChangePlan,
    add_milestone,
    add_plan_step,
    begin_plan,
    edit_milestone,
    remove_milestone,
    remove_plan_step,
    share_plan,
    tick_milestone,
    unshare_plan,
)
from siklus.cycle.closing.actions.review import CannotReview, lost_to, review_close
from siklus.cycle.closing.actions.rules import CannotChangeRules, add_stage_rule, remove_stage_rule
from siklus.cycle.closing.actions.send import send_quote, withdraw_quote
from siklus.cycle.closing.actions.settings import (
    CannotChangeQuoteSettings,
    change_quote_settings,
    set_discount_limits,
    set_quote_rule,
    set_tax_rate,
)
from siklus.cycle.closing.actions.shared import CannotChangeQuote

__all__ = [
    "CannotChangePlan",
    "CannotChangeQuote",
    "CannotChangeQuoteSettings",
    "CannotChangeRules",
    "CannotReview",
    "LineDraft",
    "accept_quote",
    "add_milestone",
    "add_plan_step",
    "add_stage_rule",
    "agreed_lines",
    "approve_discount",
    "ask_approval",
    "begin_plan",
    "change_quote_settings",
    "decline_quote",
    "draft_quote",
    "edit_milestone",
    "edit_quote",
    "lost_to",
    "refuse_discount",
    "remove_milestone",
    "remove_plan_step",
    "remove_stage_rule",
    "review_close",
    "send_quote",
    "set_discount_limits",
    "set_quote_rule",
    "set_tax_rate",
    "share_plan",
    "tick_milestone",
    "unshare_plan",
    "withdraw_quote",
]
