"""What one answer is made from: the past, a window, and a condition that narrows both to a part of the deals."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, tzinfo
from functools import cached_property

import ibis
import ibis.expr.types as ir

from siklus.insight.reports.past import Past
from siklus.platform.accounts.models import User
from siklus.platform.installation.current import current

Condition = Callable[[ir.Table], ir.BooleanValue]


@dataclass(frozen=True)
class Ground:
    """What a report works on.

    Attributes
    ----------
    past : the tables
    window : (from, to) moments, the second outside; for a report without a window the year before the moment
    narrowed : what is asked for of the deals, by the values of each time
    pipeline_id : the pipeline asked for, where one is
    options : the report's own choices
    viewer : for what no table of the mirror holds
    """

    past: Past
    viewer: User
    window: tuple[datetime, datetime]
    days: tuple[date, date]
    options: Mapping[str, str]
    narrowed: tuple[Condition, ...] = ()
    pipeline_id: int | None = None
    owner_id: int | None = None

    @property
    def as_of(self) -> datetime:
        return self.past.as_of

    @property
    def zone(self) -> tzinfo:
        return current().time_zone

    @property
    def today(self) -> date:
        return self.as_of.astimezone(current().time_zone).date()

    def holds(self, table: ir.Table) -> ir.BooleanValue:
        """The condition, by the values that a row has."""
        found: ir.BooleanValue = ibis.literal(True)
        for one in self.narrowed:
            found = found & ibis.coalesce(one(table), False)
        return found

    @cached_property
    def deals(self) -> ir.Table:
        return self.past.deals.filter(self.holds(self.past.deals)) if self.narrowed else self.past.deals

    @property
    def intervals(self) -> ir.Table:
        """Whole lives of all visible deals; give `where=ground.holds` to what reads them."""
        return self.past.intervals

    @property
    def activities(self) -> ir.Table:
        return self.past.activities

    def narrower(self, condition: Condition) -> "Ground":
        return replace(self, narrowed=(*self.narrowed, condition))
