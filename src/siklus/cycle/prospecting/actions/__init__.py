"""The verbs of prospecting."""

from siklus.cycle.prospecting.actions.grades import recompute_fit, regrade_records
from siklus.cycle.prospecting.actions.profiles import (
    CannotChangeProfile,
    WrongCriterion,
    activate_profile,
    add_profile,
    current_version,
    deactivate_profile,
    edit_profile,
    retire_profile,
)

__all__ = [
    "CannotChangeProfile",
    "WrongCriterion",
    "activate_profile",
    "add_profile",
    "current_version",
    "deactivate_profile",
    "edit_profile",
    "recompute_fit",
    "regrade_records",
    "retire_profile",
]
