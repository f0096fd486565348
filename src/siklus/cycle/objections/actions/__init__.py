"""The verbs of objections and of their catalogue."""

from siklus.cycle.objections.actions.catalogue import (
    add_response,
    add_type,
    edit_response,
    edit_type,
    retire_response,
    retire_type,
    set_closing_rule,
)
from siklus.cycle.objections.actions.objections import (
    CannotChangeObjection,
    answer_objection,
    leave_standing,
    raise_objection,
    reopen_objection,
    resolve_objection,
)
from siklus.cycle.objections.actions.ready import add_ready_catalogue

__all__ = [
    "CannotChangeObjection",
    "add_ready_catalogue",
    "add_response",
    "add_type",
    "answer_objection",
    "edit_response",
    "edit_type",
    "leave_standing",
    "raise_objection",
    "reopen_objection",
    "resolve_objection",
    "retire_response",
    "retire_type",
    "set_closing_rule",
]
