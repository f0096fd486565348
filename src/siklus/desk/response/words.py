"""A waiting lead in words."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from siklus.cycle.outreach.first_response.queries import Waiting
from siklus.desk.pages.stream import overdue
from siklus.platform.i18n import formats
from siklus.platform.i18n.formats import duration


def answer_words(due_at: datetime | None, now: datetime) -> tuple[str, str]:
    """(late, today or planned; until when somebody shall speak to them)."""
    if due_at is None:
        return "planned", _("waits for an answer")
    if due_at <= now:
        return "late", overdue(due_at, now)
    is_today = timezone.localtime(due_at).date() == timezone.localtime(now).date()
    when = formats.time_of_day(due_at) if is_today else formats.moment(due_at)
    return "today" if is_today else "planned", _("answer by %(when)s") % {"when": when}


def told(state: Waiting) -> str:
    """`waiting 35 min, target 1 h`, or what came of it; of one that was handed on, both times."""
    clock = state.response
    words = {"waited": duration(state.minutes), "target": duration(clock.target)}
    if clock.is_waiting:
        text = _("waiting %(waited)s, target %(target)s") if clock.target else _("waiting %(waited)s")
    elif clock.answered_at is not None:
        text = _("after %(waited)s, target %(target)s") if clock.target else _("after %(waited)s")
    else:
        text = _("closed unanswered after %(waited)s")
    text %= words
    if state.is_handed_on and clock.owner is not None:
        share = {"waited": duration(state.owner_minutes), "name": clock.owner.name}
        text += " · " + _("%(waited)s of it with %(name)s") % share
    return text
