"""What the dashboard and the page of close rates ask: whose deals, of which pipeline, over which days."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import ibis
import ibis.expr.types as ir

from siklus.platform.installation.current import current


@dataclass(frozen=True)
class Question:
    """What a report is asked: seen at the end of `as_of`, over the days from `begin` to `end` (both included).

    With `known_at` as it was known then: what was corrected later counts as it stood before the correction.
    """

    as_of: datetime
    begin: date | None = None
    end: date | None = None
    pipeline_id: int | None = None
    owner_id: int | None = None
    owner_ids: frozenset[int] | None = None
    sees_unassigned: bool = True
    known_at: datetime | None = None

    @property
    def window(self) -> tuple[datetime, datetime] | None:
        """The days as moments of the installation's time zone, half open."""
        if self.begin is None and self.end is None:
            return None
        zone = current().time_zone
        begin = datetime.combine(self.begin, time(), zone) if self.begin else datetime(1970, 1, 1, tzinfo=UTC)
        end = datetime.combine(self.end, time(), zone) + timedelta(days=1) if self.end else self.as_of
        return begin, end

    def where(self, table: ir.Table) -> ir.BooleanValue:
        """Which rows are asked for, by the owner and the pipeline of that time."""
        condition = self.owned(table.owner_id)
        return condition if self.pipeline_id is None else condition & (table.pipeline_id == self.pipeline_id)

    def owned(self, owner: ir.IntegerColumn) -> ir.BooleanValue:
        """Whose rows the asker may see and wants to see, by a column with the id of an owner."""
        condition: ir.BooleanValue = ibis.literal(True)
        if self.owner_id is not None:
            condition &= owner == self.owner_id
        if self.owner_ids is not None:
            seen = owner.isin(sorted(self.owner_ids)) if self.owner_ids else ibis.literal(False)
            condition &= seen | owner.isnull() if self.sees_unassigned else seen
        elif not self.sees_unassigned:
            condition &= owner.notnull()
        return condition

    def done_by(self, owner: ir.IntegerColumn) -> ir.BooleanValue:
        """Whose work is asked for; what nobody did belongs to no team."""
        seen = self.owned(owner)
        return seen if self.owner_ids is None and self.owner_id is None else seen & owner.notnull()


def end_of_day(day: date) -> datetime:
    """The last moment of a day where the installation is."""
    return datetime.combine(day + timedelta(days=1), time(), current().time_zone) - timedelta(microseconds=1)
