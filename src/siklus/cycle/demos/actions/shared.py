"""What the verbs share: the lock, the calendar of the host, the new state with its fact."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from siklus.cycle.demos.models import Demo
from siklus.cycle.demos.queries import LONGEST, busy
from siklus.platform.accounts.models import User
from siklus.platform.i18n.formats import moment
from siklus.platform.journal.record import record
from siklus.records.deals.models import Deal
from siklus.records.fields.record import Refused, check_version

TEXT = 4_000


class CannotChangeDemo(Refused):
    """The demo cannot be as asked."""


class HostIsBusy(CannotChangeDemo):
    """The host has something else at that time."""


def locked(demo: Demo, expected_version: int | None) -> Demo:
    fresh = (
        Demo.objects.select_for_update(of=("self",)).select_related("deal", "type", "host", "meeting")
        .get(pk=demo.pk)
    )  # fmt: skip
    check_version(fresh, expected_version)  # type: ignore[arg-type]
    refuse_merged(fresh.deal)
    return fresh


def refuse_merged(deal: Deal) -> None:
    if deal.merged_into_id:
        raise CannotChangeDemo(_("This was merged into another record meanwhile."))


def still_booked(demo: Demo) -> None:
    if not demo.is_booked:
        raise CannotChangeDemo(_("This demo is held, missed or cancelled already."), field="state")


def claim(host: User, starts_at: datetime, ends_at: datetime, *, but: Demo | None = None) -> None:
    """Hold the host's calendar until the transaction ends, and refuse when something stands there already."""
    if ends_at <= starts_at or ends_at - starts_at > LONGEST:
        raise CannotChangeDemo(_("A demo takes from five minutes to sixteen hours."), field="minutes")
    User.objects.select_for_update().get(pk=host.pk)
    for span, name in busy(host, starts_at, ends_at, but=but):
        raise HostIsBusy(
            _("%(name)s is busy then: “%(what)s”, %(when)s. Choose another time.")
            % {"name": host.name, "what": name, "when": moment(span.start)},
            field="starts_at",
        )


def settle(demo: Demo, fact: Any, *, by: User | None, at: datetime, **values: Any) -> Demo:
    """Save the demo with its fact: the same for every verb."""
    demo.version += 1
    demo.updated_at = at
    demo.save()
    told = fact(demo=demo.pk, deal=demo.deal_id, **values)
    record(told, by=by, at=at, mentions=mentions(demo.deal))
    return demo


def mentions(deal: Deal) -> dict[str, int | None]:
    """The records on whose timelines a demo stands."""
    return {"deal": deal.pk, "company": deal.company_id, "contact": deal.contact_id}


def text(given: str, field: str, *, longest: int = TEXT) -> str:
    given = given.strip()
    if len(given) > longest:
        raise CannotChangeDemo(_("Write at most %(count)s letters.") % {"count": longest}, field=field)
    return given
