"""The tables of prospecting: ideal customers with their grades, web forms with what came by them, and who gets leads;
and whether enough of them come."""

from siklus.cycle.prospecting.models.assignment import AssignmentRule, AssignmentSeat
from siklus.cycle.prospecting.models.coverage import CoverageAlarm
from siklus.cycle.prospecting.models.profiles import (
    GRADES,
    Because,
    CompanyFit,
    GradeChange,
    LeadFit,
    Profile,
    ProfileVersion,
)
from siklus.cycle.prospecting.models.web_forms import Submission, SubmissionState, WebForm

__all__ = [
    "GRADES",
    "AssignmentRule",
    "AssignmentSeat",
    "Because",
    "CompanyFit",
    "CoverageAlarm",
    "GradeChange",
    "LeadFit",
    "Profile",
    "ProfileVersion",
    "Submission",
    "SubmissionState",
    "WebForm",
]
