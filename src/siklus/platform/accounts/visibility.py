"""Who may see which record. Every list, count, search, export and API answer passes through here."""

from functools import lru_cache
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from siklus.platform.accounts.models import User, Visibility

M = TypeVar("M", bound=Model)


def owner_ids(viewer: User) -> frozenset[int] | None:
    """The owners whose records the viewer may see; None means everybody's."""
    known: frozenset[int] | str | None = getattr(viewer, "_owner_ids", "unknown")
    if known != "unknown":
        return known  # type: ignore[return-value]
    if viewer.visibility == Visibility.ALL:
        answer = None
    elif viewer.visibility == Visibility.TEAM and viewer.team_id:
        beneath = User.objects.filter(
            team__path__contains=f"/{viewer.team_id}/"
        )  # the path names every ancestor
        answer = frozenset(beneath.values_list("id", flat=True)) | {viewer.pk}
    else:
        answer = frozenset({viewer.pk})
    viewer._owner_ids = answer  # type: ignore[attr-defined]
    return answer


def visible(records: QuerySet[M], viewer: User, *, owner: str = "owner") -> QuerySet[M]:
    """Narrow a query to what the viewer may see."""
    condition = visible_q(viewer, owner=owner)
    return records if condition is None else records.filter(condition)


def visible_q(viewer: User, *, owner: str = "owner") -> Q | None:
    """The condition behind `visible`; None when the viewer sees everything."""
    owners = owner_ids(viewer)
    if owners is None:
        return None if viewer.sees_unassigned else Q(**{f"{owner}__isnull": False})
    mine = (
        Q(**{f"{owner}_id": next(iter(owners))})
        if len(owners) == 1
        else Q(**{f"{owner}_id__in": sorted(owners)})
    )
    return mine | Q(**{f"{owner}__isnull": True}) if viewer.sees_unassigned else mine


def can_see_owner(viewer: User, owner_id: int | None) -> bool:
    """The same rule for one record at hand."""
    if owner_id is None:
        return viewer.sees_unassigned
    owners = owner_ids(viewer)
    return owners is None or owner_id in owners


@lru_cache(maxsize=1)
def default_visibility() -> dict[str, tuple[Any, bool]]:
    """What each role sees unless somebody decides otherwise: (visibility, unassigned too)."""
    return {
        "rep": (Visibility.OWN, True),
        "manager": (Visibility.TEAM, True),
        "marketing": (Visibility.ALL, True),
        "success": (Visibility.ALL, True),
        "people": (Visibility.OWN, False),
        "operations": (Visibility.ALL, True),
        "admin": (Visibility.ALL, True),
    }
