"""When the clock has to look at an automation. Hours are those of the company's time zone."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from siklus.desk.automations.models import Automation, When

BETWEEN_LOOKS = timedelta(minutes=10)


def next_due(automation: Automation, after: datetime, zone: ZoneInfo) -> datetime | None:
    """The first moment after another one; None for those that wait for a fact."""
    if automation.when == When.FACT:
        return None
    if automation.when == When.TRUE:
        return after + BETWEEN_LOOKS
    today = after.astimezone(zone).date()
    for ahead in range(9):
        day = today + timedelta(days=ahead)
        moment = datetime.combine(day, time(automation.hour), zone)
        if moment > after and (automation.when == When.DAILY or day.weekday() == automation.weekday):
            return moment
    raise AssertionError("every week has its day")
