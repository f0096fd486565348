"""One line of Today: what to do, with whom, why now, and the one thing to press."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from siklus.cycle.closing.queries import Lapsing
from siklus.cycle.demos.models import Demo, DemoItem
from siklus.cycle.objections.models import Objection
from siklus.cycle.outreach.first_response.queries import Waiting
from siklus.desk.pages.stream import overdue
from siklus.desk.response.words import answer_words, told
from siklus.platform.i18n import formats
from siklus.records.activities.models import Activity
from siklus.records.deals.models import Deal


@dataclass
class Work:
    """A line. `worth` is the expected value, `score` what it stands in order by; `ranking.rank` fills in both."""

    tier: str
    title: str
    href: str
    why: list[str]
    mark: str
    state: str
    urgency: float
    deal: Deal | None = None
    also: list[str] = field(default_factory=list)
    brief: str = ""  # the reason in a word or two, where it is told on the line of another
    worth: Decimal = Decimal(0)
    is_assumed: bool = False
    grade: str = ""
    score: float = 0
    activity_id: int | None = None
    objection_id: int | None = None
    demo_id: int | None = None
    kind: str = ""
    whom: str = ""
    phone: str = ""
    email: str = ""
    button: str = "plan"
    owner: str = ""
    person_id: int | None = None

    @property
    def folds(self) -> bool:
        """Is it a reason to look at a deal, and no act with a time of its own?"""
        return self.tier in {"lead", "quote", "objection", "rotting", "none"}

    @property
    def to(self) -> str:
        """What the dialogs of mail and WhatsApp need to know whom it is to and about what; empty without a person."""
        if self.person_id is None:
            return ""
        return f"?contact={self.person_id}" + (f"&deal={self.deal.pk}" if self.deal else "")

    @property
    def reasons(self) -> str:
        return " · ".join(part for part in [*self.why, *self.also] if part)


def of_activity(one: Activity, now: datetime, *, urgency: float, team: bool) -> Work:
    deal, contact = one.deal, one.contact
    late = one.due_at is not None and one.due_at < now
    href = (
        f"/deals/{deal.pk}/" if deal
        else f"/contacts/{one.contact_id}/" if one.contact_id
        else f"/companies/{one.company_id}/" if one.company_id
        else f"/activities/?owner={one.owner_id}"
    )  # fmt: skip
    firm = one.company.name if one.company else ""
    phone = contact.phone if contact else one.company.phone if one.company else ""
    email = contact.email if contact else ""
    button = "finish"
    if one.kind in {"call", "message"} and phone:
        button = "call" if one.kind == "call" else "whatsapp"
    elif one.kind == "email" and email:
        button = "email"
    return Work(
        tier="late" if late else "today", title=one.subject, href=href,
        why=[deal.name, _amount(deal), deal.stage.name] if deal else [firm],
        mark=overdue(one.due_at, now) if late and one.due_at else formats.time_of_day(one.due_at),
        state="late" if late else "today", urgency=urgency, deal=deal, activity_id=one.pk, kind=one.kind,
        whom=contact.name if contact else firm, phone=phone, email=email, button=button,
        person_id=contact.pk if contact else None,
        owner=one.owner.name if team and one.owner else "",
    )  # fmt: skip


def of_deal(deal: Deal, tier: str, why: str, *, urgency: float, team: bool) -> Work:
    """A deal that went quiet, one without a next step, or a new lead."""
    marks = {"rotting": _("gone quiet"), "none": _("nothing planned"), "lead": _("new lead")}
    phone = deal.contact.phone if deal.contact else ""
    prefers = deal.contact.preferred_channel if deal.contact else ""
    button = "plan"
    if tier != "none" and phone:
        button = "whatsapp" if prefers == "whatsapp" else "call"
    return Work(
        tier=tier, title=deal.name, href=f"/deals/{deal.pk}/", why=[why, _amount(deal), deal.stage.name],
        mark=marks[tier], state={"rotting": "late", "none": "none", "lead": "planned"}[tier], urgency=urgency,
        deal=deal, kind="lead" if tier == "lead" else "deal", phone=phone, button=button,
        person_id=deal.contact_id, whom=_whom(deal), owner=_owner(deal, team),
    )  # fmt: skip


def of_waiting(deal: Deal, state: Waiting, now: datetime, *, urgency: float, team: bool) -> Work:
    """A lead that waits for somebody to speak to it, with the moment until when."""
    line = of_deal(deal, "lead", told(state), urgency=urgency, team=team)
    line.state, line.mark = answer_words(state.response.due_at, now)
    line.brief = line.mark
    return line


def of_objection(one: Objection, now: datetime, *, urgency: float, team: bool) -> Work:
    deal = one.deal
    words = one.words if len(one.words) <= 90 else one.words[:89].rstrip() + "…"
    return Work(
        tier="objection", title=deal.name, href=f"/deals/{deal.pk}/#objections",
        why=[one.type.name, f"“{words}”", _amount(deal), deal.stage.name],
        mark=_("raised %(when)s") % {"when": formats.ago(one.raised_at, now)}, state="none", urgency=urgency,
        deal=deal, brief=_("open objection"), objection_id=one.pk, kind="objection",
        button="answer", whom=_whom(deal), owner=_owner(deal, team),
    )  # fmt: skip


def of_demo(demo: Demo, now: datetime, *, urgency: float, team: bool) -> Work:
    """A demo to prepare, or one of which nobody said yet how it went."""
    deal = demo.deal
    over = demo.is_over(now)
    return Work(
        tier="demo", title=deal.name, href=f"/demos/{demo.pk}/",
        why=[demo.type.name, _("say how it went") if over else to_prepare(demo), _amount(deal)],
        mark=_("was %(when)s") % {"when": formats.ago(demo.starts_at, now)} if over else formats.moment(demo.starts_at),
        state="late" if over else "today", urgency=urgency, deal=deal, kind="demo", demo_id=demo.pk,
        button="held" if over else "prepare", whom=_whom(deal), owner=_owner(deal, team),
    )  # fmt: skip


def to_prepare(demo: Demo) -> str:
    """How many of its preparations are open."""
    waiting = sum(
        1 for item in demo.items.all() if item.part == DemoItem.Part.PREPARE and item.done_at is None
    )
    if not waiting:
        return ""
    return ngettext("%(n)s thing to prepare", "%(n)s things to prepare", waiting) % {"n": waiting}


def of_quote(one: Lapsing, days: int, *, urgency: float, team: bool) -> Work:
    """A quote that the buyer has, and that soon cannot be accepted any more."""
    quote, deal = one.quote, one.quote.deal
    phone = deal.contact.phone if deal.contact else ""
    return Work(
        tier="quote", title=deal.name, href=f"/quotes/{quote.pk}/",
        why=[quote.number, formats.money(one.total, quote.currency, compact=True), deal.stage.name],
        mark=lapses(days), state="late" if days < 1 else "none", urgency=urgency, deal=deal, kind="quote",
        phone=phone, button="call" if phone else "plan", whom=_whom(deal), owner=_owner(deal, team),
    )  # fmt: skip


def lapses(days: int) -> str:
    """When a quote ends, as words."""
    if days < 0:
        return _("quote lapsed %(days)s ago") % {"days": formats.days(-days)}
    if days == 0:
        return _("quote lapses today")
    return _("quote lapses in %(days)s") % {"days": formats.days(days)}


def _whom(deal: Deal) -> str:
    return deal.contact.name if deal.contact else ""


def _owner(deal: Deal, team: bool) -> str:
    return (deal.owner.name if deal.owner else _("Nobody")) if team else ""


def _amount(deal: Deal) -> str:
    return formats.money(deal.amount, deal.currency, compact=True) if deal.amount else ""
