from django.utils.translation import gettext_lazy as _

from siklus.platform.journal.facts import Fact, declare


@declare("meeting.invited", about="activity")
class MeetingInvited(Fact):
    """A guest was told what holds. `sequence` counts the versions: 0 is the first, more are changes of it."""

    sentence = _("sent an invitation: %(subject)s")
    fallback = _("sent an invitation")
    icon = "email"
    personal = ("subject",)
    activity: int
    subject: str
    contact: int | None
    user: int | None
    sequence: int


@declare("meeting.uninvited", about="activity")
class MeetingUninvited(Fact):
    sentence = _("took an invitation back: %(subject)s")
    fallback = _("took an invitation back")
    icon = "x"
    personal = ("subject",)
    activity: int
    subject: str
    contact: int | None
    user: int | None


@declare("meeting.answered", about="activity")
class MeetingAnswered(Fact):
    """`reply` is accepted, declined or tentative."""

    sentence = _("a guest answered the invitation: %(reply)s")
    icon = "calendar"
    personal = ("note",)
    activity: int
    contact: int | None
    user: int | None
    reply: str
    note: str
