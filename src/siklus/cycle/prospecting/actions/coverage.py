"""The alarm: who gets too little new pipeline for what is asked of them is told, once, and so is who leads them."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from siklus.analytics.coverage import Flow
from siklus.analytics.quotas import period_of
from siklus.cycle.prospecting.coverage.standing import Standing, standings
from siklus.cycle.prospecting.facts import CoverageDried, CoverageRecovered, CoverageThinned
from siklus.cycle.prospecting.models import CoverageAlarm
from siklus.platform.accounts.leading import leaders_of
from siklus.platform.accounts.models import Team, User
from siklus.platform.accounts.tell import tell
from siklus.platform.i18n import formats
from siklus.platform.installation.current import current
from siklus.platform.installation.models import Installation
from siklus.platform.journal.record import record
from siklus.records.quotas.queries import Subject

ALARMING = (Flow.THIN, Flow.DRY)


@dataclass
class Watched:
    """What a look came to: alarms that began or grew worse, and those that ended."""

    raised: int = 0
    ended: int = 0


@transaction.atomic
def watch_coverage(*, at: datetime) -> Watched:
    """Compare what came in with what each quota needs; raise, renew and end alarms. Looking twice tells nobody twice."""
    Installation.objects.select_for_update().first()  # one look at a time
    here = at.astimezone(current().time_zone).date()
    first, until = period_of(here, "quarter")
    open_alarms = {
        Subject(one.user_id, one.team_id): one for one in CoverageAlarm.objects.filter(ended_at=None)
    }
    watched = Watched()
    for standing in standings(now=at, first=first, until=until):
        alarm = open_alarms.pop(standing.subject, None)
        if standing.stream.flow in ALARMING:
            watched.raised += _raise(standing, alarm, at)
        elif alarm is not None:
            watched.ended += _end(alarm, standing.name, at, told=standing.stream.flow == Flow.ENOUGH)
    for alarm in open_alarms.values():  # nobody asks anything of them any more
        watched.ended += _end(alarm, "", at, told=False)
    return watched


def _raise(standing: Standing, alarm: CoverageAlarm | None, at: datetime) -> int:
    stream, flow = standing.stream, standing.stream.flow
    needed = Decimal(round(stream.needed or 0))
    if alarm is None:
        alarm = CoverageAlarm(
            user_id=standing.subject.user_id, team_id=standing.subject.team_id, begun_at=at, state=""
        )
    before, alarm.state = alarm.state, flow.value
    alarm.needed, alarm.came, alarm.seen_at = needed, stream.came, at
    alarm.save()
    if before == alarm.state:
        return 0
    fact = CoverageDried if flow == Flow.DRY else CoverageThinned
    record(fact(alarm=alarm.pk, whose=standing.name, came=stream.came, needed=needed), by=None, at=at)
    if flow == Flow.DRY:
        for one in _concerned(standing.subject):
            _write(one, standing)
    return 1


def _end(alarm: CoverageAlarm, name: str, at: datetime, *, told: bool) -> int:
    alarm.ended_at = at
    alarm.save(update_fields=["ended_at"])
    if told:
        record(CoverageRecovered(alarm=alarm.pk, whose=name), by=None, at=at)
    return 1


def _concerned(subject: Subject) -> list[User]:
    """The person and who leads them; for a team who leads it; for the company nobody but who looks."""
    if subject.user_id is not None:
        person = User.objects.select_related("team__manager").get(pk=subject.user_id)
        return [person, *leaders_of(person.team, but=person)]
    if subject.team_id is not None:
        return leaders_of(Team.objects.select_related("manager").get(pk=subject.team_id))
    return []


def _write(to: User, standing: Standing) -> None:
    with override(to.language):
        stream, currency = standing.stream, current().currency
        values = {
            "whose": standing.name, "came": formats.money(stream.came, currency),
            "needed": formats.money(Decimal(round(stream.needed or 0)), currency),
            "share": formats.percent(stream.share_won or 0, 0),
        }  # fmt: skip
        subject = _("The stream of new deals of %(whose)s is running dry") % values
        text = _(
            "In the last four weeks deals worth %(came)s were qualified. The quota ahead needs %(needed)s, for "
            "%(share)s of the value is won. Look at “Targets” for the figures, and for new leads now: what is "
            "qualified today is won a sales cycle from now."
        )
    tell(to, subject, text % values)
