"""Competitors, and the deals that they are after."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from siklus.cycle.research.facts import (
    CompetitorAdded,
    CompetitorChanged,
    CompetitorRetired,
    RivalDropped,
    RivalNamed,
)
from siklus.cycle.research.models import Competitor, Rival
from siklus.platform.accounts.models import User
from siklus.platform.journal.record import record
from siklus.records.deals.models import Deal
from siklus.records.fields.record import Refused, apply, check_version

TEXTS = ("strengths", "weaknesses", "say_en", "say_id")
EDITABLE = ("name", "website", *TEXTS)
LONGEST = 4_000


class CannotChangeCompetitor(Refused):
    """The competitor cannot be as asked."""


@transaction.atomic
def add_competitor(*, by: User | None, at: datetime, name: str, **values: str) -> Competitor:
    """Add somebody who sells to the same buyers."""
    made = Competitor(name=name, created_at=at, updated_at=at)
    apply(made, values, editable=EDITABLE)
    _check(made)
    made.save()
    record(CompetitorAdded(competitor=made.pk, title=made.name), by=by, at=at)
    return made


@transaction.atomic
def edit_competitor(
    *,
    competitor: Competitor,
    by: User | None,
    at: datetime,
    expected_version: int | None = None,
    **values: Any,
) -> Competitor:
    """Change what we know of a competitor, and what to say."""
    competitor = Competitor.objects.select_for_update().get(pk=competitor.pk)
    check_version(competitor, expected_version)  # type: ignore[arg-type]
    changes = apply(competitor, values, editable=EDITABLE)
    if changes:
        _check(competitor)
        competitor.version += 1
        competitor.updated_at = at
        competitor.save()
        fact = CompetitorChanged(competitor=competitor.pk, title=competitor.name, changes=tuple(changes))
        record(fact, by=by, at=at)
    return competitor


@transaction.atomic
def retire_competitor(*, competitor: Competitor, by: User | None, at: datetime) -> Competitor:
    """Offer a competitor no more. Deals that name them keep them."""
    competitor = Competitor.objects.select_for_update().get(pk=competitor.pk)
    if competitor.retired_at is None:
        competitor.retired_at = at
        competitor.save(update_fields=["retired_at"])
        record(CompetitorRetired(competitor=competitor.pk, title=competitor.name), by=by, at=at)
    return competitor


@transaction.atomic
def name_rival(
    *,
    deal: Deal,
    competitor: Competitor,
    by: User | None,
    at: datetime,
    standing: str = Rival.Standing.CONSIDERED,
) -> Rival:
    """Say that a competitor is after this deal, or how they stand now."""
    deal = _held(deal)
    if standing not in Rival.Standing.values:
        raise CannotChangeCompetitor(_("“%(name)s” is no standing.") % {"name": standing}, field="standing")
    known = Rival.objects.filter(deal=deal, competitor=competitor).first()
    if known is None and competitor.retired_at is not None:
        raise CannotChangeCompetitor(
            _("The competitor %(name)s is not offered any more.") % {"name": competitor.name},
            field="competitor",
        )
    if known is not None and known.standing == standing:
        return known
    if known is None:
        known = Rival.objects.create(deal=deal, competitor=competitor, standing=standing, by=by, at=at)
    else:
        known.standing = standing
        known.save(update_fields=["standing"])
    fact = RivalNamed(deal=deal.pk, competitor=competitor.pk, title=competitor.name, standing=standing)
    record(fact, by=by, at=at, mentions={"company": deal.company_id})
    return known


@transaction.atomic
def drop_rival(*, deal: Deal, competitor: Competitor, by: User | None, at: datetime) -> None:
    """They were never in it. Who left the race is out of it, and stays named."""
    deal = _held(deal)
    gone, _rows = Rival.objects.filter(deal=deal, competitor=competitor).delete()
    if gone:
        fact = RivalDropped(deal=deal.pk, competitor=competitor.pk, title=competitor.name)
        record(fact, by=by, at=at, mentions={"company": deal.company_id})


def _held(deal: Deal) -> Deal:
    fresh = Deal.objects.select_for_update(of=("self",)).get(pk=deal.pk)
    if fresh.merged_into_id:
        raise CannotChangeCompetitor(_("This was merged into another record meanwhile."))
    return fresh


def _check(competitor: Competitor) -> None:
    competitor.name = " ".join(competitor.name.split())[:120]
    if not competitor.name:
        raise CannotChangeCompetitor(_("A competitor needs a name."), field="name")
    same = Competitor.objects.filter(name__iexact=competitor.name, retired_at=None).exclude(pk=competitor.pk)
    if same.exists():
        raise CannotChangeCompetitor(
            _("The competitor %(name)s is known already.") % {"name": competitor.name}, field="name"
        )
    competitor.website = competitor.website.strip()
    if competitor.website and not competitor.website.startswith(("http://", "https://")):
        competitor.website = f"https://{competitor.website}"
    if len(competitor.website) > 250 or any(one.isspace() for one in competitor.website):
        raise CannotChangeCompetitor(_("This is not the address of a website."), field="website")
    for name in TEXTS:
        text = getattr(competitor, name).strip()
        if len(text) > LONGEST or "\0" in text:
            raise CannotChangeCompetitor(_("This text is too long. Keep what matters."), field=name)
        setattr(competitor, name, text)
