"""What can happen to frameworks, rules and answers."""

from siklus.cycle.qualification.actions.answers import CannotQualify, answer_criterion, withdraw_answer
from siklus.cycle.qualification.actions.frameworks import (
    CannotChangeFramework,
    add_criterion,
    add_framework,
    add_ready_framework,
    edit_criterion,
    edit_framework,
    retire_criterion,
    retire_framework,
    set_qualification_rule,
)

__all__ = [
    "CannotChangeFramework", "CannotQualify", "add_criterion", "add_framework", "add_ready_framework", "answer_criterion",
    "edit_criterion", "edit_framework", "retire_criterion", "retire_framework", "set_qualification_rule",
    "withdraw_answer",
]  # fmt: skip
