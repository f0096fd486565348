from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from siklus.platform.journal.facts import Change, Fact, Money, declare

# `set` holds the tracked values that the fact set, so that replaying the journal gives the history.


@declare("deal.created", about="deal")
class DealCreated(Fact):
    sentence = _("created %(title)s in %(stage)s")
    icon = "plus"
    deal: int
    title: str
    stage: str
    set: dict[str, Any]
    qualified_at: datetime | None = None


@declare("deal.edited", about="deal")
class DealEdited(Fact):
    sentence = _("changed the deal")
    icon = "edit"
    deal: int
    changes: tuple[Change, ...]
    set: dict[str, Any]


@declare("deal.qualified", about="deal")
class DealQualified(Fact):
    sentence = _("qualified the lead")
    icon = "check"
    deal: int
    qualified_at: datetime


@declare("deal.unqualified", about="deal")
class DealUnqualified(Fact):
    sentence = _("took the qualification back")
    icon = "undo"
    deal: int


@declare("deal.moved", about="deal")
class DealMoved(Fact):
    sentence = _("moved the deal from %(from_stage)s to %(to_stage)s")
    icon = "arrow-right"
    deal: int
    from_stage: str
    to_stage: str
    set: dict[str, Any]


@declare("deal.assigned", about="deal")
class DealAssigned(Fact):
    sentence = _("gave the deal to %(owner_name)s")
    icon = "user"
    deal: int
    owner: int | None
    owner_name: str
    set: dict[str, Any]


@declare("deal.won", about="deal")
class DealWon(Fact):
    sentence = _("won the deal")
    icon = "won"
    deal: int
    value: Money
    owner: int | None
    set: dict[str, Any]


@declare("deal.lost", about="deal")
class DealLost(Fact):
    sentence = _("lost the deal: %(reason)s")
    icon = "lost"
    deal: int
    reason: str
    note: str
    owner: int | None
    set: dict[str, Any]


@declare("deal.ended_undecided", about="deal")
class DealEndedUndecided(Fact):
    sentence = _("closed the deal without a decision: %(reason)s")
    icon = "lost"
    deal: int
    reason: str
    note: str
    owner: int | None
    set: dict[str, Any]


@declare("deal.disqualified", about="deal")
class DealDisqualified(Fact):
    sentence = _("disqualified: %(reason)s")
    icon = "lost"
    deal: int
    reason: str
    note: str
    owner: int | None
    set: dict[str, Any]


@declare("deal.reopened", about="deal")
class DealReopened(Fact):
    sentence = _("reopened the deal in %(stage)s")
    icon = "reopen"
    deal: int
    stage: str
    set: dict[str, Any]


@declare("deal.tagged", about="deal")
class DealTagged(Fact):
    sentence = _("changed the tags")
    icon = "tag"
    deal: int
    added: tuple[str, ...]
    removed: tuple[str, ...]


@declare("deal.merged", about="deal")
class DealMerged(Fact):
    sentence = _("merged %(other_title)s into this one")
    icon = "merge"
    deal: int
    other: int
    other_title: str
    merge: int
    set: dict[str, Any]


@declare("deal.unmerged", about="deal")
class DealUnmerged(Fact):
    sentence = _("took %(other_title)s out of this one again")
    icon = "undo"
    deal: int
    other: int
    other_title: str
    merge: int


@declare("deal.person_added", about="deal")
class DealPersonAdded(Fact):
    sentence = _("added a person to the deal")
    icon = "contact"
    deal: int
    contact: int
    part: str


@declare("deal.person_removed", about="deal")
class DealPersonRemoved(Fact):
    sentence = _("took a person off the deal")
    icon = "contact"
    deal: int
    contact: int


@declare("deal.product_set", about="deal")
class DealProductSet(Fact):
    sentence = _("put %(quantity)s × %(title)s on the deal")
    icon = "product"
    deal: int
    product: int
    title: str
    quantity: int


@declare("pipeline.added", about="pipeline")
class PipelineAdded(Fact):
    sentence = _("added the pipeline %(title)s")
    icon = "board"
    pipeline: int
    title: str


@declare("pipeline.filled", about="pipeline")
class PipelineFilled(Fact):
    """It began as a ready pipeline, with its stages and lost reasons."""

    sentence = _("gave the pipeline %(title)s the stages of a template")
    icon = "board"
    pipeline: int
    title: str
    template: str


@declare("pipeline.renamed", about="pipeline")
class PipelineRenamed(Fact):
    sentence = _("renamed the pipeline %(before)s to %(title)s")
    icon = "board"
    pipeline: int
    title: str
    before: str


@declare("stage.added", about="stage")
class StageAdded(Fact):
    sentence = _("added the stage %(title)s")
    icon = "board"
    stage: int
    title: str
    kind: str


@declare("stage.edited", about="stage")
class StageEdited(Fact):
    sentence = _("changed the stage %(title)s")
    icon = "board"
    stage: int
    title: str
    changes: tuple[Change, ...]


@declare("stage.retired", about="stage")
class StageRetired(Fact):
    sentence = _("retired the stage %(title)s")
    icon = "board"
    stage: int
    title: str


@declare("lost_reason.added", about="lost_reason")
class LostReasonAdded(Fact):
    sentence = _("added the lost reason %(title)s")
    icon = "settings"
    lost_reason: int
    title: str


@declare("lost_reason.retired", about="lost_reason")
class LostReasonRetired(Fact):
    sentence = _("retired the lost reason %(title)s")
    icon = "settings"
    lost_reason: int
    title: str


@declare("lost_reason.restored", about="lost_reason")
class LostReasonRestored(Fact):
    sentence = _("brought the lost reason %(title)s back")
    icon = "settings"
    lost_reason: int
    title: str
