"""The verbs of prospecting."""

from siklus.cycle.prospecting.actions.forms import CannotChangeForm, add_form, edit_form, retire_form
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
from siklus.cycle.prospecting.actions.submissions import (
    CannotSubmit,
    TooMany,
    Visit,
    confirm_submission,
    keep_spam,
    submit_form,
)

__all__ = [
    "CannotChangeForm",
    "CannotChangeProfile",
    "CannotSubmit",
    "TooMany",
    "Visit",
    "WrongCriterion",
    "activate_profile",
    "add_form",
    "add_profile",
    "confirm_submission",
    "current_version",
    "deactivate_profile",
    "edit_form",
    "edit_profile",
    "keep_spam",
    "recompute_fit",
    "regrade_records",
    "retire_form",
    "retire_profile",
    "submit_form",
]
