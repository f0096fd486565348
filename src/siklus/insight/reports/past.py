"""The tables of the mirror at one moment, as known at a moment, and as far as one viewer may see them."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

import ibis
import ibis.expr.types as ir

from siklus.insight.mirror.read import Mirror
from siklus.insight.tables import activities, deals_at, intervals_until
from siklus.platform.accounts.models import User
from siklus.platform.accounts.visibility import owner_ids


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose deals may be seen: None is everybody's. The rule of lists: who owns a deal now decides, at every moment."""

    owners: frozenset[int] | None
    sees_unassigned: bool

    @classmethod
    def of(cls, viewer: User) -> "Scope":
        return cls(owner_ids(viewer), viewer.sees_unassigned)

    @property
    def is_whole(self) -> bool:
        return self.owners is None and self.sees_unassigned

    def holds(self, owner: ir.IntegerColumn) -> ir.BooleanValue:
        if self.owners is None:
            return ibis.literal(True) if self.sees_unassigned else owner.notnull()
        seen = owner.isin(sorted(self.owners)) if self.owners else ibis.literal(False)
        seen = ibis.coalesce(seen, False)
        return seen | owner.isnull() if self.sees_unassigned else seen

    def has_done(self, owner: ir.IntegerColumn) -> ir.BooleanValue:
        """Whose work is seen; what nobody did belongs to no team."""
        return self.holds(owner) if self.owners is None else self.holds(owner) & owner.notnull()


class Past:
    """What was, seen from `as_of`, as known at `known_at` (None: now)."""

    def __init__(self, mirror: Mirror, scope: Scope, as_of: datetime, known_at: datetime | None) -> None:
        self.mirror, self.scope, self.as_of, self.known_at = mirror, scope, as_of, known_at
        self.beside: dict[str, ir.Table] = {}  # what slices keep beside the tables

    @cached_property
    def deals(self) -> ir.Table:
        """DEALS at the moment, the visible ones; with owner_now, kind, category and lost_reason_id."""
        return deals_at(
            self.mirror, self.as_of, where=lambda t: self.scope.holds(t.owner_now), known_at=self.known_at
        )

    @cached_property
    def intervals(self) -> ir.Table:
        """INTERVALS of the visible deals until the moment; with created_at, qualified_at, source and kind."""
        found = intervals_until(
            self.mirror, self.as_of, where=lambda t: self.scope.holds(t.owner_now), known_at=self.known_at
        )
        return self.mirror.made("intervals_seen", found)

    @cached_property
    def activities(self) -> ir.Table:
        return activities(self.mirror, where=lambda t: self.scope.has_done(t.owner_id))

    @cached_property
    def first(self) -> datetime | None:
        """The first moment of any deal that the viewer may see."""
        rows = self.mirror.history
        rows = rows.filter(rows.superseded_at.isnull() & self.scope.holds(rows.owner_now))
        found = rows.valid_from.min().to_pyarrow().as_py()
        return None if found is None else found.replace(tzinfo=UTC)
