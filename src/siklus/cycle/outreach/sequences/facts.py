from datetime import datetime

from django.utils.translation import gettext_lazy as _

from siklus.platform.journal.facts import Fact, declare


@declare("sequence.added", about="sequence")
class SequenceAdded(Fact):
    sentence = _("added the sequence %(title)s")
    icon = "plus"
    sequence: int
    title: str


@declare("sequence.changed", about="sequence")
class SequenceChanged(Fact):
    """`what`: the sequence itself, or a step that was added, changed, moved or removed."""

    sentence = _("changed the sequence %(title)s")
    icon = "edit"
    sequence: int
    title: str
    what: str
    step: int | None


@declare("sequence.archived", about="sequence")
class SequenceArchived(Fact):
    sentence = _("archived the sequence %(title)s")
    icon = "x"
    sequence: int
    title: str


@declare("enrolment.started", about="enrolment")
class EnrolmentStarted(Fact):
    sentence = _("put somebody into the sequence %(title)s")
    icon = "email"
    enrolment: int
    sequence: int
    title: str
    deal: int
    contact: int
    first_due_at: datetime


@declare("enrolment.paused", about="enrolment")
class EnrolmentPaused(Fact):
    sentence = _("paused the sequence %(title)s")
    icon = "clock"
    enrolment: int
    sequence: int
    title: str


@declare("enrolment.resumed", about="enrolment")
class EnrolmentResumed(Fact):
    sentence = _("resumed the sequence %(title)s")
    icon = "reopen"
    enrolment: int
    sequence: int
    title: str


@declare("enrolment.stopped", about="enrolment")
class EnrolmentStopped(Fact):
    sentence = _("the sequence %(title)s stopped")
    icon = "x"
    personal = ("note",)
    enrolment: int
    sequence: int
    title: str
    reason: str
    note: str


@declare("enrolment.finished", about="enrolment")
class EnrolmentFinished(Fact):
    sentence = _("finished the sequence %(title)s")
    icon = "check"
    enrolment: int
    sequence: int
    title: str
