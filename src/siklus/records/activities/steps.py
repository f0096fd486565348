from datetime import datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from siklus.records.activities.actions import plan_activity
from siklus.records.activities.models import ActivityKind
from siklus.records.deals.models import Deal
from siklus.records.deals.steps import OWNER, Occasion, Setting, Values, owner_or_people, person_of, step

MORNING = time(9)


def _kinds() -> list[tuple[str, str]]:
    return [(key, str(label)) for key, label in ActivityKind.choices if key != ActivityKind.NOTE]


@step(
    "activity",
    label=gettext_lazy("plan an activity"),
    settings=(
        Setting("kind", gettext_lazy("kind"), _kinds, start=ActivityKind.TASK),
        Setting("subject", gettext_lazy("what to do")),
        Setting("who", gettext_lazy("for whom"), owner_or_people, start=OWNER),
        Setting("days", gettext_lazy("days from then"), start="1", is_number=True),
    ),
    said=lambda said: (
        ngettext(
            "plan “%(subject)s” (%(kind)s) for %(who)s, due in %(days)s day",
            "plan “%(subject)s” (%(kind)s) for %(who)s, due in %(days)s days",
            int(said["days"] or 0),
        )
        % said
    ),
)
def plan(deal: Deal, values: Values, occasion: Occasion) -> None:
    """Due in the morning of its day; what is for today, in an hour."""
    day = timezone.localdate(occasion.at) + timedelta(days=int(values["days"]))
    due = timezone.make_aware(datetime.combine(day, MORNING))
    plan_activity(
        kind=values["kind"], subject=values["subject"], deal=deal, owner=person_of(deal, values["who"]), by=None,
        at=occasion.at, due_at=due if due > occasion.at else occasion.at + timedelta(hours=1),
        body=_("Planned by the automation “%(name)s”.") % {"name": occasion.automation},
    )  # fmt: skip
