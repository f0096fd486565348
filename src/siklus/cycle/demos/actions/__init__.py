"""The verbs of demos."""

from siklus.cycle.demos.actions.booking import book_demo, cancel_demo, follow_meeting, move_demo
from siklus.cycle.demos.actions.invite import invite_to_demo, note_answer, remind_guests, tell_guest
from siklus.cycle.demos.actions.items import add_item, drop_item, tick_item
from siklus.cycle.demos.actions.outcome import estimate_chance, hold_demo, miss_demo
from siklus.cycle.demos.actions.shared import CannotChangeDemo, HostIsBusy
from siklus.cycle.demos.actions.types import (
    CannotChangeDemoType,
    add_demo_type,
    add_ready_types,
    edit_demo_type,
    retire_demo_type,
    set_demo_rule,
)

__all__ = [
    "CannotChangeDemo",
    "CannotChangeDemoType",
    "HostIsBusy",
    "add_demo_type",
    "add_item",
    "add_ready_types",
    "book_demo",
    "cancel_demo",
    "drop_item",
    "edit_demo_type",
    "estimate_chance",
    "follow_meeting",
    "hold_demo",
    "invite_to_demo",
    "miss_demo",
    "move_demo",
    "note_answer",
    "remind_guests",
    "retire_demo_type",
    "set_demo_rule",
    "tell_guest",
    "tick_item",
]  # fmt: skip
