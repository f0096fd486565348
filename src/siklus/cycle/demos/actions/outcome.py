"""How it went: held or missed, and the host's own estimate of the chance right after."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from siklus.cycle.demos.actions.shared import CannotChangeDemo, locked, settle, still_booked, text
from siklus.cycle.demos.facts import ChanceEstimated, DemoHeld, DemoMissed
from siklus.cycle.demos.models import Demo, State
from siklus.platform.accounts.models import User
from siklus.records.activities.actions import cancel_activity, finish_activity
from siklus.records.deals.models import Status

WHILE_FRESH = timedelta(days=2)  # afterwards an estimate would know too much


@transaction.atomic
def hold_demo(
    *,
    demo: Demo,
    interest: int,
    by: User | None,
    at: datetime,
    tried: str = "",
    questions: str = "",
    next_step: str = "",
    note: str = "",
    estimate: int | None = None,
    expected_version: int | None = None,
) -> Demo:
    """It took place. `interest` from 1 to 5; `questions` one a line; `estimate` of the chance in per cent."""
    demo = locked(demo, expected_version)
    still_booked(demo)
    if demo.starts_at > at:
        raise CannotChangeDemo(_("This demo is still to come. Record it when it was held."), field="state")
    if interest not in range(1, 6):
        raise CannotChangeDemo(_("Say how interested they were, from 1 to 5."), field="interest")
    demo.state, demo.settled_at, demo.interest = State.HELD, at, interest
    demo.tried, demo.note = text(tried, "tried"), text(note, "note")
    demo.questions = "\n".join(
        line.strip() for line in text(questions, "questions").splitlines() if line.strip()
    )
    demo.next_step = text(next_step, "next_step", longest=250)
    settle(
        demo, DemoHeld, by=by, at=at, type=demo.type.name, interest=interest, tried=demo.tried,
        questions=demo.questions, next_step=demo.next_step, note=demo.note,
    )  # fmt: skip
    if demo.meeting.is_planned:
        finish_activity(activity=demo.meeting, outcome=demo.next_step, by=by, at=at)
    if estimate is not None:
        demo = estimate_chance(demo=demo, percent=estimate, by=by, at=at)
    return demo


@transaction.atomic
def miss_demo(
    *, demo: Demo, by: User | None, at: datetime, note: str = "", expected_version: int | None = None
) -> Demo:
    """The buyer did not come."""
    demo = locked(demo, expected_version)
    still_booked(demo)
    if demo.starts_at > at:
        raise CannotChangeDemo(_("This demo is still to come. Move or cancel it instead."), field="state")
    demo.state, demo.settled_at, demo.note = State.MISSED, at, text(note, "note")
    settle(demo, DemoMissed, by=by, at=at, type=demo.type.name, note=demo.note)
    if demo.meeting.is_planned:
        cancel_activity(activity=demo.meeting, by=by, at=at)
    return demo


@transaction.atomic
def estimate_chance(
    *, demo: Demo, percent: int, by: User | None, at: datetime, expected_version: int | None = None
) -> Demo:
    """Say how likely the deal is now, in per cent. Said once, right after: it is kept and compared with what happens."""
    demo = locked(demo, expected_version)
    if demo.state != State.HELD:
        raise CannotChangeDemo(_("Only a demo that was held can be judged."), field="estimate")
    if demo.estimate is not None:
        raise CannotChangeDemo(_("The estimate was given already. It stays as it was."), field="estimate")
    if demo.settled_at is not None and at > demo.settled_at + WHILE_FRESH:
        raise CannotChangeDemo(
            _("An estimate counts within two days of the demo. This one is older."), field="estimate"
        )
    if demo.deal.status != Status.OPEN:
        raise CannotChangeDemo(_("This deal is closed: there is nothing to estimate."), field="estimate")
    if not 0 <= percent <= 100:
        raise CannotChangeDemo(_("Give a chance between 0 and 100 per cent."), field="estimate")
    demo.estimate, demo.estimated_at, demo.estimated_by = percent, at, by
    return settle(demo, ChanceEstimated, by=by, at=at, percent=percent)
