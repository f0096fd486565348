from decimal import Decimal

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


@declare("form.added", about="form")
class FormAdded(Fact):
    sentence = _("added the web form %(title)s")
    icon = "plus"
    form: int
    title: str
    slug: str


@declare("form.changed", about="form")
class FormChanged(Fact):
    sentence = _("changed the web form %(title)s")
    icon = "edit"
    form: int
    title: str
    changes: tuple[Change, ...]


@declare("form.retired", about="form")
class FormRetired(Fact):
    sentence = _("retired the web form %(title)s")
    icon = "x"
    form: int
    title: str


@declare("form.submitted", about="submission")
class FormSubmitted(Fact):
    """`state` is waiting until the sender confirms by mail, accepted when a lead came of it at once."""

    sentence = _("came by the web form %(title)s")
    icon = "globe"
    submission: int
    form: int
    title: str
    state: str
    source: str
    campaign: str
    deal: int | None = None


@declare("form.confirmed", about="submission")
class FormConfirmed(Fact):
    sentence = _("confirmed by mail what was sent by the web form %(title)s")
    icon = "check"
    submission: int
    form: int
    title: str
    deal: int


@declare("assignment.rule_added", about="assignment")
class AssignmentRuleAdded(Fact):
    sentence = _("added the assignment rule %(title)s")
    icon = "settings"
    assignment: int
    title: str


@declare("assignment.rule_changed", about="assignment")
class AssignmentRuleChanged(Fact):
    sentence = _("changed the assignment rule %(title)s")
    icon = "settings"
    assignment: int
    title: str
    changes: tuple[Change, ...] = ()


@declare("assignment.rule_retired", about="assignment")
class AssignmentRuleRetired(Fact):
    sentence = _("retired the assignment rule %(title)s")
    icon = "settings"
    assignment: int
    title: str


@declare("deal.routed", about="deal")
class LeadRouted(Fact):
    sentence = _("gave the lead to %(owner_name)s by the rule %(title)s")
    icon = "user"
    deal: int
    rule: int
    title: str
    owner: int
    owner_name: str


# `came` and `needed` are values of newly qualified deals in four weeks, in the currency of the company.


@declare("coverage.thinned", about="alarm")
class CoverageThinned(Fact):
    sentence = _("fewer new deals than the quota of %(whose)s needs")
    icon = "warning"
    alarm: int
    whose: str
    came: Decimal
    needed: Decimal


@declare("coverage.dried", about="alarm")
class CoverageDried(Fact):
    sentence = _("the stream of new deals of %(whose)s is running dry")
    icon = "warning"
    alarm: int
    whose: str
    came: Decimal
    needed: Decimal


@declare("coverage.recovered", about="alarm")
class CoverageRecovered(Fact):
    sentence = _("enough new deals for the quota of %(whose)s again")
    icon = "check"
    alarm: int
    whose: str
