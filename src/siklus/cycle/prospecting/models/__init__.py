"""The tables of prospecting: ideal customers with their grades, and web forms with what came by them."""

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
    "Because",
    "CompanyFit",
    "GradeChange",
    "LeadFit",
    "Profile",
    "ProfileVersion",
    "Submission",
    "SubmissionState",
    "WebForm",
]
