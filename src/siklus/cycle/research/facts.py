from django.utils.translation import gettext_lazy as _

from siklus.platform.journal.facts import Change, Fact, declare


@declare("finding.noted", about="finding")
class FindingNoted(Fact):
    sentence = _("noted %(attribute)s: %(value)s")
    fallback = _("noted something for the dossier")
    icon = "research"
    personal = ("value",)
    finding: int
    section: str
    attribute: str
    value: str
    source_url: str
    observed: str
    confidence: int
    method: str


@declare("finding.withdrawn", about="finding")
class FindingWithdrawn(Fact):
    sentence = _("withdrew %(attribute)s: %(value)s")
    fallback = _("withdrew something from the dossier")
    icon = "research"
    personal = ("value", "note")
    finding: int
    attribute: str
    value: str
    note: str


@declare("company.website_read", about="company")
class WebsiteRead(Fact):
    """What was found is in `changes`: what about, the value before, the new value."""

    sentence = _("had their website read (%(site)s): pages: %(pages)s, new values: %(values)s")
    icon = "research"
    company: int
    site: str
    outcome: str
    pages: int
    values: int
    changes: tuple[Change, ...] = ()


@declare("relevance.set", about="company")
class RelevanceSet(Fact):
    sentence = _("wrote why we matter to them")
    icon = "research"
    personal = ("note",)
    company: int
    note: str


@declare("competitor.added", about="competitor")
class CompetitorAdded(Fact):
    sentence = _("added the competitor %(title)s")
    icon = "research"
    competitor: int
    title: str


@declare("competitor.changed", about="competitor")
class CompetitorChanged(Fact):
    sentence = _("changed the competitor %(title)s")
    icon = "research"
    competitor: int
    title: str
    changes: tuple[Change, ...] = ()


@declare("competitor.retired", about="competitor")
class CompetitorRetired(Fact):
    sentence = _("retired the competitor %(title)s")
    icon = "research"
    competitor: int
    title: str


@declare("deal.rival_named", about="deal")
class RivalNamed(Fact):
    sentence = _("named the competitor %(title)s")
    icon = "research"
    deal: int
    competitor: int
    title: str
    standing: str


@declare("deal.rival_dropped", about="deal")
class RivalDropped(Fact):
    sentence = _("took the competitor %(title)s off the deal")
    icon = "research"
    deal: int
    competitor: int
    title: str


@declare("deal.research_ticked", about="deal")
class ResearchTicked(Fact):
    sentence = _("did the research: %(title)s")
    icon = "check"
    deal: int
    item: int
    title: str


@declare("deal.research_unticked", about="deal")
class ResearchUnticked(Fact):
    sentence = _("opened the research again: %(title)s")
    icon = "reopen"
    deal: int
    item: int
    title: str


@declare("research.item_added", about="item")
class ItemAdded(Fact):
    sentence = _("added “%(title)s” to the research checklist")
    icon = "settings"
    item: int
    pipeline: int
    title: str


@declare("research.item_changed", about="item")
class ItemChanged(Fact):
    sentence = _("changed “%(title)s” in the research checklist")
    icon = "settings"
    item: int
    pipeline: int
    title: str
    changes: tuple[Change, ...] = ()


@declare("research.item_retired", about="item")
class ItemRetired(Fact):
    sentence = _("took “%(title)s” off the research checklist")
    icon = "settings"
    item: int
    pipeline: int
    title: str


@declare("research.rule_set", about="pipeline")
class ResearchRuleSet(Fact):
    sentence = _("set whether research is asked for before the first contact")
    icon = "settings"
    pipeline: int
    is_demanded: bool
