"""Whom the demo company meets as competitors, and what the ends of its deals taught it."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from siklus.cycle.closing.actions import lost_to, review_close
from siklus.cycle.research.actions import add_competitor, name_rival
from siklus.platform.accounts.models import User
from siklus.records.deals.models import Deal, Status

FACTORS = ("price", "product", "people", "proof", "price", "timing", "change", "price")
MOST = 40


def competitors_and_lessons(at: datetime) -> None:
    """Two competitors, met on every second deal that ended of late; most of these deals were reviewed."""
    by = User.objects.filter(role="operations").first()
    cheap = add_competitor(
        name="Mitra Sistem", weaknesses=_("Cheap in the first year, extra for every branch later."),
        say_en="Ask what the third year costs with all branches.",
        say_id="Tanyakan biaya tahun ketiga dengan semua cabang.", by=by, at=at,
    )  # fmt: skip
    large = add_competitor(
        name="Sentra ERP", weaknesses=_("They ask for a project of six months."),
        say_en="Ask who in the company has six months.",
        say_id="Tanyakan siapa di perusahaan yang punya enam bulan.", by=by, at=at,
    )  # fmt: skip
    ended = Deal.objects.filter(status__in=[Status.WON, Status.LOST]).select_related("owner")
    for place, deal in enumerate(ended.order_by("-closed_at", "-id")[:MOST]):
        assert deal.closed_at is not None
        moment = min(deal.closed_at + timedelta(days=1), at)
        rival = (cheap, large)[place % 3 == 2] if place % 2 else None
        if rival is not None and deal.status == Status.LOST:
            lost_to(deal=deal, competitor=rival, by=deal.owner, at=moment)
        elif rival is not None:
            name_rival(deal=deal, competitor=rival, by=deal.owner, at=moment)
        if place % 5 != 4:
            is_won = deal.status == Status.WON
            review_close(
                deal=deal, factor=FACTORS[place % len(FACTORS)], competitor=rival,
                went_well=_("The demonstration with their own data.") if is_won else "",
                went_badly="" if is_won else _("We met the director too late."),
                next_time="" if is_won else _("Bring the director to the first demonstration."),
                by=deal.owner, at=moment,
            )  # fmt: skip
    for deal in Deal.objects.filter(status=Status.OPEN, stage__kind="closing").select_related("owner")[:6]:
        name_rival(deal=deal, competitor=cheap, by=deal.owner, at=at)
