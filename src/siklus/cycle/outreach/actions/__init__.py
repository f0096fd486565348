"""What can happen in outreach."""

from siklus.cycle.outreach.actions.incoming import take_in, tell_not_sent, tell_returned
from siklus.cycle.outreach.actions.letters import CannotWrite, Letter, show_thread, tie_thread, write_email
from siklus.cycle.outreach.actions.lists import (
    CannotChangeList,
    give_consent,
    lift_suppression,
    set_rules,
    suppress,
    withdraw_consent,
)
from siklus.cycle.outreach.actions.templates import (
    CannotChangeTemplate,
    add_template,
    edit_template,
    retire_template,
)

__all__ = [
    "CannotChangeList", "CannotChangeTemplate", "CannotWrite", "Letter", "add_template", "edit_template", "give_consent",
    "lift_suppression", "retire_template", "set_rules", "show_thread", "suppress", "take_in", "tell_not_sent",
    "tell_returned", "tie_thread", "withdraw_consent", "write_email",
]  # fmt: skip
