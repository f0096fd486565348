"""The verbs of prospecting."""

from siklus.cycle.prospecting.actions.assignment import (
    CannotChangeAssignment,
    add_assignment_rule,
    edit_assignment_rule,
    retire_assignment_rule,
    route_lead,
    route_waiting,
    set_seat_capacity,
)
from siklus.cycle.prospecting.actions.coverage import watch_coverage
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
    "CannotChangeAssignment",
    "CannotChangeForm",
    "CannotChangeProfile",
    "CannotSubmit",
    "TooMany",
    "Visit",
    "WrongCriterion",
    "activate_profile",
    "add_assignment_rule",
    "add_form",
    "add_profile",
    "confirm_submission",
    "current_version",
    "deactivate_profile",
    "edit_assignment_rule",
    "edit_form",
    "edit_profile",
    "keep_spam",
    "recompute_fit",
    "regrade_records",
    "retire_assignment_rule",
    "retire_form",
    "retire_profile",
    "route_lead",
    "route_waiting",
    "set_seat_capacity",
    "submit_form",
    "watch_coverage",
]
