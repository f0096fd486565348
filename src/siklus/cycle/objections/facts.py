from django.utils.translation import gettext_lazy as _

from siklus.platform.journal.facts import Change, Fact, declare


@declare("objection.raised", about="objection")
class ObjectionRaised(Fact):
    """A sign of interest: whoever objects is still talking."""

    sentence = _("heard an objection (%(type)s): “%(words)s”")
    fallback = _("heard an objection")
    icon = "objection"
    personal = ("words",)
    objection: int
    deal: int
    type: str
    words: str
    activity: int | None = None


@declare("objection.answered", about="objection")
class ObjectionAnswered(Fact):
    sentence = _("answered the objection (%(type)s): %(title)s")
    fallback = _("answered an objection")
    icon = "objection"
    personal = ("title",)
    objection: int
    deal: int
    type: str
    title: str
    response: int | None = None
    response_version: int | None = None


@declare("objection.resolved", about="objection")
class ObjectionResolved(Fact):
    sentence = _("resolved the objection (%(type)s)")
    icon = "check"
    personal = ("note",)
    objection: int
    deal: int
    type: str
    note: str


@declare("objection.stands", about="objection")
class ObjectionStands(Fact):
    sentence = _("left the objection standing (%(type)s)")
    icon = "objection"
    personal = ("note",)
    objection: int
    deal: int
    type: str
    note: str


@declare("objection.reopened", about="objection")
class ObjectionReopened(Fact):
    sentence = _("opened the objection again (%(type)s)")
    icon = "reopen"
    objection: int
    deal: int
    type: str


@declare("objection_type.added", about="objection_type")
class ObjectionTypeAdded(Fact):
    sentence = _("added the type of objection %(title)s")
    icon = "plus"
    objection_type: int
    title: str
    kind: str


@declare("objection_type.changed", about="objection_type")
class ObjectionTypeChanged(Fact):
    sentence = _("changed the type of objection %(title)s")
    icon = "edit"
    objection_type: int
    title: str
    changes: tuple[Change, ...]


@declare("objection_type.retired", about="objection_type")
class ObjectionTypeRetired(Fact):
    sentence = _("retired the type of objection %(title)s")
    icon = "x"
    objection_type: int
    title: str


@declare("response.added", about="response")
class ResponseAdded(Fact):
    sentence = _("added the response %(title)s")
    icon = "plus"
    response: int
    objection_type: int
    title: str


@declare("response.changed", about="response")
class ResponseChanged(Fact):
    """`number` is the new version; uses of earlier ones keep their words."""

    sentence = _("reworded the response %(title)s")
    icon = "edit"
    response: int
    number: int
    title: str


@declare("response.retired", about="response")
class ResponseRetired(Fact):
    sentence = _("retired the response %(title)s")
    icon = "x"
    response: int
    title: str


@declare("closing_rule.set", about="pipeline")
class ClosingRuleSet(Fact):
    sentence = _("decided whether deals may be closed with an open objection")
    icon = "lock"
    pipeline: int
    refuses_open: bool
