"""The doors to lines."""

from django.db.models import Count, Q, QuerySet

from siklus.platform.accounts.models import User
from siklus.platform.chat.models import Line


def lines_for(viewer: User) -> QuerySet[Line]:
    """Those that somebody may write from: their own and the shared ones."""
    return Line.objects.filter(retired_at=None).filter(Q(owner=viewer) | Q(owner=None))


def line_for(viewer: User, line_id: int) -> Line:
    """One line to write from. Raises Line.DoesNotExist for strangers too."""
    return lines_for(viewer).get(pk=line_id)


def kept_lines() -> QuerySet[Line]:
    """All that are in use, for those who run them."""
    waiting = Count("outgoing", filter=Q(outgoing__state="queued"), distinct=True)
    stuck = Count("outgoing", filter=Q(outgoing__state__in=["failed", "uncertain"]), distinct=True)
    rows = Line.objects.filter(retired_at=None).select_related("owner")
    return rows.annotate(waiting=waiting, stuck=stuck)


def kept_line_for(_viewer: User, line_id: int) -> Line:
    """One line to set up."""
    return kept_lines().get(pk=line_id)
