from django.utils.translation import gettext_lazy as _

from siklus.platform.journal.facts import Change, Fact, declare


@declare("framework.added", about="framework")
class FrameworkAdded(Fact):
    sentence = _("added the qualification framework %(title)s")
    icon = "settings"
    framework: int
    title: str


@declare("framework.changed", about="framework")
class FrameworkChanged(Fact):
    sentence = _("changed the qualification framework %(title)s")
    icon = "settings"
    framework: int
    title: str
    changes: tuple[Change, ...] = ()


@declare("framework.retired", about="framework")
class FrameworkRetired(Fact):
    sentence = _("retired the qualification framework %(title)s")
    icon = "settings"
    framework: int
    title: str


@declare("criterion.added", about="criterion")
class CriterionAdded(Fact):
    sentence = _("added “%(title)s” to a qualification framework")
    icon = "settings"
    criterion: int
    framework: int
    title: str


@declare("criterion.changed", about="criterion")
class CriterionChanged(Fact):
    sentence = _("changed “%(title)s” in a qualification framework")
    icon = "settings"
    criterion: int
    framework: int
    title: str
    changes: tuple[Change, ...] = ()


@declare("criterion.retired", about="criterion")
class CriterionRetired(Fact):
    sentence = _("took “%(title)s” off a qualification framework")
    icon = "settings"
    criterion: int
    framework: int
    title: str


@declare("deal.criterion_answered", about="deal")
class CriterionAnswered(Fact):
    sentence = _("qualified %(title)s: %(said)s")
    fallback = _("answered a question of the qualification")
    icon = "check"
    personal = ("said",)
    deal: int
    criterion: int
    title: str
    verdict: int
    said: str
    evidence: int | None
    score: int


@declare("deal.criterion_withdrawn", about="deal")
class CriterionWithdrawn(Fact):
    sentence = _("took the answer to %(title)s back")
    icon = "undo"
    deal: int
    criterion: int
    title: str
    score: int


@declare("qualification.rule_set", about="pipeline")
class QualificationRuleSet(Fact):
    sentence = _("set how leads are qualified")
    icon = "settings"
    pipeline: int
    framework: int | None
    least_score: int
    needs_evidence: bool
    is_demanded: bool
