"""The alarms that stand, for who is concerned."""

from siklus.cycle.prospecting.models import CoverageAlarm
from siklus.platform.accounts.models import User


def alarms_of(viewer: User, *, team: bool) -> list[CoverageAlarm]:
    """The viewer's own alarm, or the one of the team that they lead. One question."""
    rows = CoverageAlarm.objects.filter(ended_at=None)
    return list(rows.filter(team_id=viewer.team_id) if team and viewer.team_id else rows.filter(user=viewer))
