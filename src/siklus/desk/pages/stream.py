"""What happened to a record and what is planned: the middle column of every record page."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from siklus.cycle.demos.models import Demo
from siklus.cycle.outreach.chats.queries import chats_of_activities
from siklus.cycle.outreach.meetings.actions import KINDS as KINDS_WITH_GUESTS
from siklus.cycle.outreach.meetings.queries import guests_of
from siklus.cycle.outreach.queries import messages_of_activities
from siklus.desk.pages.answers import viewer
from siklus.desk.pages.items import COLOURS, Item, grouped, item_of
from siklus.platform.accounts.models import User
from siklus.platform.accounts.visibility import owner_ids
from siklus.platform.i18n import formats
from siklus.platform.journal.queries import Line, timeline
from siklus.platform.web.jinja import template_global
from siklus.records.activities.models import Activity
from siklus.records.activities.queries import activities_for, planned_on
from siklus.records.companies.models import Company
from siklus.records.contacts.models import Contact
from siklus.records.deals.models import Deal
from siklus.records.deals.queries import deals_for
from siklus.records.fields.merging import lineage, survivor

PAGE = 25
TABS = {
    "": (gettext_lazy("All"), ""),
    "notes": (gettext_lazy("Notes & messages"), "note"),
    "calls": (gettext_lazy("Calls & meetings"), "call"),
    "changes": (gettext_lazy("Changes"), "history"),
}
TAB_KINDS = {"notes": ("note", "message", "email"), "calls": ("call", "meeting", "task")}


@dataclass(frozen=True)
class Place:
    """The record whose stream it is, and what its viewer may read of the others."""

    kind: str
    record: Any

    @property
    def page(self) -> str:
        from django.urls import reverse

        return reverse(f"desk:{self.kind}", args=[self.record.pk])


def read_cursor(text: str) -> tuple[datetime, int] | None:
    """(moment, id) of the last line seen; nothing when it was tampered with."""
    moment, _tilde, number = text.replace(" ", "+").partition("~")
    try:
        at = datetime.fromisoformat(moment)
        return (at, int(number)) if timezone.is_aware(at) else None
    except ValueError:
        return None


def journal_lines(
    place: Place, user: User, before: tuple[datetime, int] | None, *, changes_only: bool = False
) -> tuple[list[Line], dict[int, str], str]:
    """The newest entries the viewer may read, the names of the deals in them, and the cursor of the rest."""
    limit = PAGE * (2 if changes_only else 1)
    also = [one.other_id for one in lineage(place.kind, place.record)]
    lines = timeline(place.kind, place.record.pk, also=also, before=before, limit=limit + 1)
    more = ""
    if len(lines) > limit:
        lines = lines[:limit]
        more = f"{lines[-1].entry.happened_at.isoformat()}~{lines[-1].entry.pk}"
    titles: dict[int, str] = {}
    if place.kind == "deal" and also:
        titles = dict(Deal.objects.filter(pk__in=also).values_list("pk", "name"))
    if place.kind != "deal":
        titles = _readable_deals(lines, user)
        lines = [one for one in lines if one.entry.about_kind != "deal" or one.entry.about_id in titles]
        if owner_ids(user) is not None:
            wanted = {one.entry.about_id for one in lines if one.entry.about_kind == "activity"}
            seen = set(activities_for(user).filter(pk__in=wanted).values_list("pk", flat=True))
            lines = [one for one in lines if one.entry.about_kind != "activity" or one.entry.about_id in seen]
    if changes_only:
        lines = [one for one in lines if one.entry.name != "activity.done"]
    return lines, titles, more


def _readable_deals(lines: list[Line], user: User) -> dict[int, str]:
    wanted = {one.entry.about_id for one in lines if one.entry.about_kind == "deal"}
    if not wanted:
        return {}
    titles = dict(deals_for(user).filter(pk__in=wanted).values_list("pk", "name"))
    gone = Deal.objects.filter(pk__in=wanted - titles.keys(), merged_into__isnull=False)
    homes = {deal.pk: (deal.name, survivor("deal", deal.pk)) for deal in gone}
    seen = set(
        deals_for(user).filter(pk__in=[home for _name, home in homes.values()]).values_list("pk", flat=True)
    )
    return titles | {pk: name for pk, (name, home) in homes.items() if home in seen}


def done_activities(
    place: Place, user: User, kinds: Iterable[str], before: tuple[datetime, int] | None
) -> tuple[list[Item], str]:
    """What was done, of some kinds, the newest first."""
    rows = activities_for(user).filter(
        **{f"{place.kind}_id": place.record.pk}, done_at__isnull=False, kind__in=kinds
    )
    if before is not None:
        rows = rows.filter(done_at__lte=before[0]).exclude(done_at=before[0], pk__gte=before[1])
    found = list(rows.select_related("owner").order_by("-done_at", "-id")[: PAGE + 1])
    more = ""
    if len(found) > PAGE:
        found = found[:PAGE]
        more = f"{found[-1].done_at.isoformat()}~{found[-1].pk}"  # type: ignore[union-attr]
    items = [
        Item(
            at=one.done_at or one.created_at, who=one.owner.name if one.owner else _("Siklus"),
            text=one.subject, icon=one.kind, colour=COLOURS.get(one.kind, "slate"), outcome=one.outcome,
            body="" if one.body.strip() == one.subject.strip() else one.body, kind=one.kind,
            email_id=one.pk if one.kind == "email" else 0, chat_id=one.pk if one.kind == "message" else 0,
        )
        for one in found
    ]  # fmt: skip
    for item in items:
        if item.body.strip().startswith(item.text.strip()):
            item.text, item.body = item.body, ""
    return items, more


def put_in_mails(items: list[Item], user: User) -> None:
    """What is really a mail or a message says so: from whom, what became of it, and where the conversation is."""
    found = messages_of_activities(user, [one.email_id for one in items if one.email_id])
    for item in items:
        item.message = found.get(item.email_id)
        if item.message is not None and not item.message.is_ours and item.message.contact:
            item.who = item.message.contact.name
    chats = chats_of_activities(user, [one.chat_id for one in items if one.chat_id])
    for item in items:
        item.chat = chats.get(item.chat_id)
        if item.chat is not None and not item.chat.is_ours and item.chat.contact:
            item.who = item.chat.contact.name


def open_activities(place: Place, user: User) -> list[Activity]:
    """What is planned, the next one first."""
    if place.kind == "deal":
        return list(planned_on(deal_id=place.record.pk)[:30])
    rows = activities_for(user).filter(
        **{f"{place.kind}_id": place.record.pk}, done_at=None, cancelled_at=None
    )
    return list(rows.select_related("owner", "contact", "deal").order_by("due_at", "id")[:30])


def _invitable(planned: list[Activity], now: datetime) -> set[Activity]:
    """Those to which people can be invited: still to come, and no demos, which invite by themselves. One question."""
    coming = [one for one in planned if one.kind in KINDS_WITH_GUESTS and one.due_at and one.due_at > now]
    demos = set(Demo.objects.filter(meeting__in=coming).values_list("meeting_id", flat=True))
    return {one for one in coming if one.pk not in demos}


def due_state(due_at: datetime | None, now: datetime) -> str:
    """late, today, planned or none."""
    if due_at is None:
        return "planned"
    if due_at < now:
        return "late"
    return "today" if timezone.localdate(due_at) == timezone.localdate(now) else "planned"


@template_global
def beyond(subject: str, body: str) -> str:
    """What a text says beyond its first line, which is the subject."""
    return body.strip().removeprefix(subject.strip()).strip()


@template_global
def overdue(due_at: datetime, now: datetime) -> str:
    """For how long something waits already."""
    late = (timezone.localdate(now) - timezone.localdate(due_at)).days
    if late < 1:
        return _("overdue since %(time)s") % {"time": formats.time_of_day(due_at)}
    return _("overdue by %(days)s") % {"days": formats.days(late)}


def _tabs(place: Place, tab: str) -> list[dict[str, Any]]:
    base = place.page
    return [
        {"label": label, "icon": icon, "current": key == tab, "href": f"{base}?tab={key}" if key else base}
        for key, (label, icon) in TABS.items()
    ]


def stream(
    request: HttpRequest,
    place: Place,
    *,
    own: dict[str, str] | None = None,
    people: dict[int, str] | None = None,
    with_open: bool = True,
) -> dict[str, Any]:
    """The names that `_stream.html` needs."""
    user = viewer(request)
    tab = request.GET.get("tab", "")
    tab = tab if tab in TABS else ""
    before = read_cursor(request.GET.get("before", ""))
    now = timezone.now()
    currency = getattr(place.record, "currency", "IDR")
    if tab in TAB_KINDS:
        items, more = done_activities(place, user, TAB_KINDS[tab], before)
    else:
        lines, titles, more = journal_lines(place, user, before, changes_only=tab == "changes")
        items = grouped(
            item_of(line, currency=currency, own=own or {}, people=people or {}, titles=titles)
            for line in lines
        )
    put_in_mails(items, user)
    planned = open_activities(place, user) if with_open else []
    return {
        "place": place,
        "items": items,
        "more": more,
        "tab": tab,
        "now": now,
        "open_activities": planned,
        "guests": guests_of(one.pk for one in planned if one.kind in KINDS_WITH_GUESTS),
        "can_invite": _invitable(planned, now).__contains__ if user.can_work_deals else (lambda _one: False),
        "due_state": due_state,
        "tabs_shown": _tabs(place, tab),
        "can_change": user.can_work_deals,
        "draft": {},
        "draft_error": "",
        "phone": _phone(place.record),
        "write_to": _write_to(place),
        "chat_to": _chat_to(place),
        "kinds": COMPOSER,
    }


COMPOSER = (
    ("note", gettext_lazy("Note"), "note"),
    ("call", gettext_lazy("Call"), "call"),
    ("message", gettext_lazy("WhatsApp"), "whatsapp"),
    ("email", gettext_lazy("E-mail"), "email"),
    ("meeting", gettext_lazy("Meeting"), "meeting"),
    ("task", gettext_lazy("Task"), "task"),
)


def _write_to(place: Place) -> str:
    """What the address of the mail dialog needs; empty when there is nobody with an e-mail."""
    if place.kind == "contact" and place.record.email:
        return f"?contact={place.record.pk}"
    if place.kind == "deal" and place.record.contact and place.record.contact.email:
        return f"?deal={place.record.pk}"
    return ""


def _chat_to(place: Place) -> str:
    """What the address of the WhatsApp dialog needs; empty when there is nobody with a phone."""
    if place.kind == "contact" and place.record.phone:
        return f"?contact={place.record.pk}"
    if place.kind == "deal" and place.record.contact and place.record.contact.phone:
        return f"?deal={place.record.pk}"
    return ""


def _phone(record: Deal | Company | Contact) -> str:
    if isinstance(record, Deal):
        return record.contact.phone if record.contact else ""
    return record.phone
