"""Who leads whom."""

from siklus.platform.accounts.models import Role, Team, User


def leaders_of(team: Team | None, *, but: User | None = None) -> list[User]:
    """Who leads a team: who is named as its manager, else the managers in it, else those of the nearest team above.

    Whoever left leads nobody, and nobody leads oneself (`but`).
    """
    managers = User.objects.filter(role=Role.MANAGER, is_active=True)
    while team is not None:
        if team.manager is not None and team.manager.is_active and team.manager != but:
            return [team.manager]
        found = [one for one in managers.filter(team=team).order_by("pk") if one != but]
        if found:
            return found
        team = team.parent
    return []
