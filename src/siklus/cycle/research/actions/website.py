"""Having a company's own website read: asking, taking the turn, writing what was found, and taking a value over."""

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from siklus.cycle.research.actions.dossier import CannotChangeDossier, attribute_key
from siklus.cycle.research.attributes import ATTRIBUTES, field_of, field_value
from siklus.cycle.research.facts import WebsiteRead
from siklus.cycle.research.models import Confidence, Finding, Method, WebsiteReading
from siklus.cycle.research.website.found import Found, Way
from siklus.cycle.research.website.site import NoSiteOfTheirOwn, addresses_to_try, site_at
from siklus.cycle.research.website.visit import Visit
from siklus.platform.accounts.models import User
from siklus.platform.i18n import formats
from siklus.platform.installation.current import current
from siklus.platform.journal.facts import Change
from siklus.platform.journal.queries import last_change
from siklus.platform.journal.record import keeping, record
from siklus.platform.web.outgoing import NotSent
from siklus.records.companies.actions import edit_company
from siklus.records.companies.models import Company

AGAIN = timedelta(hours=1)  # between two readings of one website
SAME_AGAIN = timedelta(days=30)  # then a value that did not change is dated anew
LEASE = timedelta(minutes=5)
REST = timedelta(seconds=10)  # of a site between two visits
MOST_ATTEMPTS = 2
CONFIDENCE = {
    Way.STRUCTURED: Confidence.HIGH,
    Way.META: Confidence.MEDIUM,
    Way.LINK: Confidence.MEDIUM,
    Way.TEXT: Confidence.LOW,
}


@transaction.atomic
def ask_for_reading(*, company: Company, by: User | None, at: datetime) -> WebsiteReading:
    """Have the company's website read by the worker. Asked again while it waits, it is the same reading.

    Refused without a website, for a page on somebody else's site, and within an hour of the last time. What comes of it is
    recorded when it is done.
    """
    company = Company.objects.select_for_update(of=("self",)).get(pk=company.pk)
    if company.merged_into_id:
        raise CannotChangeDossier(_("This was merged into another record meanwhile."))
    if not company.website.strip():
        raise CannotChangeDossier(
            _("%(name)s has no website yet. Write it into the field Website first.") % {"name": company.name},
            field="website",
        )
    try:
        site = site_at(addresses_to_try(company.website)[0])
    except (NotSent, NoSiteOfTheirOwn) as error:
        raise CannotChangeDossier(str(error), field="website") from error
    known = WebsiteReading.objects.filter(company=company)
    if (under_way := known.exclude(state=WebsiteReading.State.DONE).first()) is not None:
        return under_way
    last = known.filter(website=company.website, asked_at__gt=at - AGAIN).order_by("-pk").first()
    if last is not None:
        when = formats.moment(last.asked_at + AGAIN)
        raise CannotChangeDossier(
            _("Their website was read less than an hour ago. It can be read again on %(when)s.")
            % {"when": when}
        )
    return WebsiteReading.objects.create(
        company=company, website=company.website, site=site, by=by, asked_at=at
    )


def begin_reading(*, at: datetime, only: int | None = None) -> WebsiteReading | None:
    """Take the turn of the next reading whose site nobody visits or has visited just now; None when none is due.

    A reading whose worker died is taken up once more. `only` is the id of the one reading that is wanted.
    """
    _hand_back(at)
    busy = WebsiteReading.objects.filter(site=OuterRef("site"), finished_at__gt=at - REST)
    waiting = WebsiteReading.objects.filter(~Exists(busy), state=WebsiteReading.State.WAITING)
    if only is not None:
        waiting = waiting.filter(pk=only)
    for reading in waiting.order_by("pk")[:20]:
        mine = WebsiteReading.objects.filter(pk=reading.pk, state=WebsiteReading.State.WAITING)
        try:
            with transaction.atomic():
                taken = mine.update(
                    state=WebsiteReading.State.READING, started_at=at, attempts=reading.attempts + 1
                )
        except IntegrityError:  # another worker is at this site
            continue
        if taken:
            return WebsiteReading.objects.select_related("company").get(pk=reading.pk)
    return None


def _hand_back(at: datetime) -> None:
    dead = WebsiteReading.objects.filter(state=WebsiteReading.State.READING, started_at__lt=at - LEASE)
    for reading in dead:
        if reading.attempts >= MOST_ATTEMPTS:
            finish_reading(reading=reading, visit=Visit("broken_off"), at=at)
        else:
            dead.filter(pk=reading.pk, attempts=reading.attempts).update(state=WebsiteReading.State.WAITING)


@transaction.atomic
def finish_reading(*, reading: WebsiteReading, visit: Visit, at: datetime) -> WebsiteReading:
    """Write what a visit found: each value as a dated finding, and into the company where that is empty or ours.

    A value that somebody withdrew is not brought back. A reading that was taken from us meanwhile writes nothing.
    """
    held = WebsiteReading.objects.select_for_update(of=("self",)).get(pk=reading.pk)
    if held.state != WebsiteReading.State.READING or held.attempts != reading.attempts:
        return held
    company = Company.objects.select_for_update(of=("self",)).get(pk=held.company_id)
    noted, changes = _note(company, visit.found, held.by, at)
    held.edit_entry, held.wrote = _fill(company, noted, held.by, at)
    held.state, held.finished_at = WebsiteReading.State.DONE, at
    held.outcome, held.details = visit.outcome, visit.details
    held.pages, held.values = visit.pages, len(changes)
    held.save()
    read = sum(one["outcome"] == "read" for one in visit.pages)
    fact = WebsiteRead(
        company=company.pk, site=held.site, outcome=visit.outcome, pages=read, values=len(changes),
        changes=tuple(changes),
    )  # fmt: skip
    record(fact, by=held.by, at=at)
    return held


@transaction.atomic
def take_over(*, finding: Finding, by: User | None, at: datetime) -> Company:
    """Write what the website says into the company's field, over what stands there."""
    field = field_of(finding)
    if not field or finding.company is None or finding.withdrawn_at is not None:
        raise CannotChangeDossier(_("No field of the company takes this value."))
    values: dict[str, Any] = {field: field_value(field, finding.value)}
    return edit_company(company=finding.company, by=by, at=at, **values)


def _note(
    company: Company, found: list[Found], by: User | None, at: datetime
) -> tuple[list[tuple[Finding, Found]], list[Change]]:
    """The findings that now hold, and what is new among them."""
    today = at.astimezone(current().time_zone).date()
    rows = Finding.objects.filter(company=company, method=Method.WEBSITE)
    holding, changes = [], []
    for one in found:
        about = ATTRIBUTES[one.key]
        mine = rows.filter(section=about.section, key=attribute_key(about.name))
        if mine.filter(value=one.value, withdrawn_at__isnull=False).exists():
            continue
        last = mine.filter(withdrawn_at=None).order_by("-observed_at", "-pk").first()
        if last is not None and last.value == one.value and last.observed_at > today - SAME_AGAIN:
            holding.append((last, one))
            continue
        made = Finding.objects.create(
            company=company, section=about.section, attribute=about.name, key=attribute_key(about.name), value=one.value,
            source_url=one.url if len(one.url) <= 500 else one.url.partition("?")[0][:500], observed_at=today,
            confidence=CONFIDENCE[one.way], method=Method.WEBSITE, by=by, recorded_at=at,
        )  # fmt: skip
        holding.append((made, one))
        if last is None or last.value != one.value:
            changes.append(Change(one.key, last.value if last else None, one.value))
    return holding, changes


def _fill(
    company: Company, noted: list[tuple[Finding, Found]], by: User | None, at: datetime
) -> tuple[int | None, list[str]]:
    """Fill the company's fields that are empty, or hold what an earlier reading wrote. (entry, fields)

    What stands in the words of a page only is offered, not written.
    """
    values: dict[str, Any] = {}
    for finding, one in noted:
        field = field_of(finding)
        if field and one.way > Way.TEXT:
            value = field_value(field, one.value)
            if getattr(company, field) in ("", None) or _is_ours(company, field):
                values[field] = value
    if not values:
        return None, []
    with keeping() as entries:
        edit_company(company=company, by=by, at=at, **values)
    if not entries:
        return None, []
    return entries[0], sorted(key for key, value in values.items() if getattr(company, key) != value)


def _is_ours(company: Company, field: str) -> bool:
    """Was the field's value written by a reading, and touched by nobody since?"""
    last = last_change("company.edited", "company", company.pk, field)
    if last is None or last[1] != getattr(company, field):
        return False
    return WebsiteReading.objects.filter(company=company, edit_entry=last[0]).exists()
