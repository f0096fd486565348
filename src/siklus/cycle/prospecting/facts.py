from django.utils.translation import gettext_lazy as _

from siklus.platform.journal.facts import Change, Fact, declare


@declare("icp.added", about="icp")
class ProfileAdded(Fact):
    sentence = _("described the ideal customer %(title)s")
    icon = "plus"
    icp: int
    title: str
    criteria: int


@declare("icp.changed", about="icp")
class ProfileChanged(Fact):
    """`number` is the new version; grades given by earlier ones keep their reasons."""

    sentence = _("changed the ideal customer %(title)s")
    icon = "edit"
    icp: int
    number: int
    title: str
    changes: tuple[Change, ...]


@declare("icp.activated", about="icp")
class ProfileActivated(Fact):
    sentence = _("began to grade by the ideal customer %(title)s")
    icon = "check"
    icp: int
    title: str


@declare("icp.deactivated", about="icp")
class ProfileDeactivated(Fact):
    sentence = _("stopped grading by the ideal customer %(title)s")
    icon = "minus"
    icp: int
    title: str


@declare("icp.retired", about="icp")
class ProfileRetired(Fact):
    sentence = _("retired the ideal customer %(title)s")
    icon = "x"
    icp: int
    title: str


@declare("fit.recomputed", about="run")
class FitRecomputed(Fact):
    """All companies, leads and open deals were graded anew. The counts say how many were looked at and written."""

    sentence = _("graded all companies, leads and deals anew")
    icon = "refresh"
    run: int
    companies: int
    companies_written: int
    deals: int
    deals_written: int


@declare("fit.company_changed", about="company")
class CompanyFitChanged(Fact):
    """The grade changed because values of the company did. What a changed profile does is not told one by one."""

    sentence = _("fits the ideal customer differently now: %(before)s → %(now)s")
    icon = "flag"
    company: int
    before: str
    now: str
    profile: str


@declare("fit.lead_changed", about="deal")
class LeadFitChanged(Fact):
    sentence = _("fits the ideal customer differently now: %(before)s → %(now)s")
    icon = "flag"
    deal: int
    before: str
    now: str
    profile: str
