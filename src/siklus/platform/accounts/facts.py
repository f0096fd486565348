from django.utils.translation import gettext_lazy as _

from siklus.platform.journal.facts import Change, Fact, declare


@declare("user.added", about="user")
class UserAdded(Fact):
    sentence = _("added this user as %(role)s")
    icon = "user"
    user: int
    role: str


@declare("user.edited", about="user")
class UserEdited(Fact):
    sentence = _("changed this user")
    icon = "user"
    user: int
    changes: tuple[Change, ...]


@declare("user.deactivated", about="user")
class UserDeactivated(Fact):
    sentence = _("deactivated this user")
    icon = "user"
    user: int


@declare("user.reactivated", about="user")
class UserReactivated(Fact):
    sentence = _("let this user in again")
    icon = "user"
    user: int


@declare("user.hours_set", about="user")
class UserHoursSet(Fact):
    sentence = _("set the working hours")
    icon = "clock"
    user: int
    hours: dict[str, list[str]]


@declare("user.leave_set", about="user")
class UserLeaveSet(Fact):
    sentence = _("said when they are on leave")
    icon = "calendar"
    user: int
    count: int


@declare("team.added", about="team")
class TeamAdded(Fact):
    sentence = _("added the team %(title)s")
    icon = "users"
    team: int
    title: str


@declare("team.joined", about="user")
class TeamJoined(Fact):
    sentence = _("joined the team %(title)s")
    icon = "users"
    user: int
    team: int
    title: str


@declare("team.left", about="user")
class TeamLeft(Fact):
    sentence = _("left the team %(title)s")
    icon = "users"
    user: int
    team: int
    title: str


@declare("token.issued", about="user")
class TokenIssued(Fact):
    sentence = _("issued the API token %(title)s")
    icon = "key"
    user: int
    title: str


@declare("token.revoked", about="user")
class TokenRevoked(Fact):
    sentence = _("revoked the API token %(title)s")
    icon = "key"
    user: int
    title: str
