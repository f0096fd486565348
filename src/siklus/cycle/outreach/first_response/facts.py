from django.utils.translation import gettext_lazy as _

from siklus.platform.journal.facts import Fact, declare


@declare("first_response.given", about="deal")
class ResponseGiven(Fact):
    """The first human contact. `minutes` of working time since the lead came in; `target` None: there was none."""

    sentence = _("spoke to the lead for the first time, after %(minutes)s minutes of working time")
    icon = "clock"
    deal: int
    activity: int
    owner: int | None
    minutes: int
    target: int | None
    is_within: bool | None


@declare("first_response.undone", about="deal")
class ResponseUndone(Fact):
    """What had been taken for the first contact was none: a mail that did not leave, say."""

    sentence = _("the lead waits for its first contact again")
    icon = "undo"
    deal: int


@declare("first_response.overdue", about="deal")
class ResponseOverdue(Fact):
    sentence = _("nobody has spoken to the lead within %(target)s minutes of working time")
    icon = "warning"
    deal: int
    owner: int | None
    target: int


@declare("response_target.set", about="response_target")
class ResponseTargetSet(Fact):
    """`minutes` of working time; None: leads of this kind have no target."""

    sentence = _("decided how soon leads shall be answered")
    icon = "clock"
    response_target: int
    pipeline: int | None
    source: str
    minutes: int | None


@declare("response_target.removed", about="response_target")
class ResponseTargetRemoved(Fact):
    sentence = _("removed a target for answering leads")
    icon = "x"
    response_target: int
    pipeline: int | None
    source: str
