"""The demo follows its meeting: who moves or drops the one in the calendar moves or drops the other."""

from typing import Any

from siklus.cycle.demos.actions import follow_meeting
from siklus.platform.accounts.models import User
from siklus.platform.journal.reactions import react
from siklus.records.activities.models import Activity


@react("activity.edited", "activity.cancelled", key="demos.meeting", but_not=("import",))
def follow_the_meeting(entry: Any) -> None:
    meeting = Activity.objects.select_related("owner").filter(pk=entry.about_id, demo__state="booked").first()
    if meeting is not None:
        by = User.objects.filter(pk=entry.by_id).first()
        follow_meeting(meeting=meeting, by=by, at=entry.happened_at)
