"""The demo follows its meeting, and the guest is told of both; what their calendar answers stands on the demo."""

from typing import Any

from django.utils.translation import gettext as _

from siklus.cycle.demos.actions import add_ready_types, follow_meeting, note_answer, tell_guest
from siklus.cycle.demos.models import Demo
from siklus.cycle.demos.ready import OF_TEMPLATES
from siklus.cycle.outreach.meetings.actions import invites_itself
from siklus.cycle.outreach.meetings.reactions import answer_in
from siklus.platform.accounts.models import User
from siklus.platform.journal.reactions import react
from siklus.records.activities.models import Activity


@react("activity.edited", "activity.cancelled", key="demos.meeting", but_not=("import",))
def follow_the_meeting(entry: Any) -> None:
    meeting = Activity.objects.select_related("owner").filter(pk=entry.about_id, demo__state="booked").first()
    if meeting is not None:
        by = User.objects.filter(pk=entry.by_id).first()
        follow_meeting(meeting=meeting, by=by, at=entry.happened_at)


@react("demo.moved", "demo.cancelled", key="demos.guest", but_not=("import",))
def tell_the_guest(entry: Any) -> None:
    """Told twice, it compares with what the guest was told last and sends nothing."""
    demo = Demo.objects.filter(pk=entry.about_id, invitation__isnull=False).first()
    if demo is not None:
        tell_guest(demo=demo, by=User.objects.filter(pk=entry.by_id).first(), at=entry.happened_at)


@react("mail.received", key="demos.answer")
def read_the_answer(entry: Any) -> None:
    found = answer_in(entry)
    if found is not None:
        note_answer(answer=found[0], at=max(found[1].received_at, found[1].sent_at))


@invites_itself
def is_a_demo(activity: Activity) -> str:
    is_demo = Demo.objects.filter(meeting=activity).exists()
    return _("This is a demo: invite to it on its own page.") if is_demo else ""


@react("pipeline.filled", key="demos.template", but_not=("import",))
def bring_types(entry: Any) -> None:
    """A pipeline made for a trade brings the demos of that trade; what is there already is left alone."""
    formats = OF_TEMPLATES.get(entry.details["template"])
    if formats:
        add_ready_types(by=User.objects.filter(pk=entry.by_id).first(), at=entry.happened_at, formats=formats)
