"""What happened to a record and what is planned: the middle column of every record page."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from siklus.cycle.demos.models import Demo
from siklus.cycle.outreach.chats.models import ChatMessage
from siklus.cycle.outreach.chats.queries import chats_of_activities
from siklus.cycle.outreach.meetings.actions import KINDS as KINDS_WITH_GUESTS
from siklus.cycle.outreach.meetings.queries import guests_of
from siklus.cycle.outreach.models import Message
from siklus.cycle.outreach.queries import messages_of_activities
from siklus.cycle.research.attributes import ATTRIBUTES
from siklus.desk.pages.answers import viewer
from siklus.platform.accounts.models import User
from siklus.platform.accounts.visibility import owner_ids
from siklus.platform.i18n import formats
from siklus.platform.journal.queries import Line, timeline
from siklus.platform.web.jinja import template_global
from siklus.records.activities.models import Activity, ActivityKind
from siklus.records.activities.queries import activities_for, planned_on
from siklus.records.companies.models import Company
from siklus.records.contacts.models import Channel, Contact
from siklus.records.deals.models import Category, Deal, DealContact, Kind
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
COLOURS = {"call": "teal", "email": "blue", "meeting": "purple", "message": "green", "note": "amber"}
LABELS: dict[str, Any] = {
    "amount": gettext_lazy("Amount"),
    "currency": gettext_lazy("Currency"),
    "probability": gettext_lazy("Chance"),
    "expected_close_date": gettext_lazy("Expected close"),
    "category": gettext_lazy("Forecast"),
    "company": gettext_lazy("Company"),
    "contact": gettext_lazy("Contact"),
    "source": gettext_lazy("Source"),
    "description": gettext_lazy("Description"),
    "kind": gettext_lazy("Kind"),
    "external_id": gettext_lazy("External number"),
    "name": gettext_lazy("Name"),
    "website": gettext_lazy("Website"),
    "industry": gettext_lazy("Industry"),
    "employees": gettext_lazy("Employees"),
    "annual_revenue": gettext_lazy("Revenue a year"),
    "founded_year": gettext_lazy("Founded"),
    "city": gettext_lazy("City"),
    "country": gettext_lazy("Country"),
    "phone": gettext_lazy("Phone"),
    "phones": gettext_lazy("Phones"),
    "emails": gettext_lazy("E-mails"),
    "linkedin": gettext_lazy("LinkedIn"),
    "parent": gettext_lazy("Belongs to"),
    "title": gettext_lazy("Role"),
    "preferred_channel": gettext_lazy("Prefers"),
    "language": gettext_lazy("Language"),
    "time_zone": gettext_lazy("Time zone"),
    "best_hours": gettext_lazy("Best hours"),
    "notes": gettext_lazy("Notes"),
    "subject": gettext_lazy("Subject"),
    "body": gettext_lazy("Text"),
    "due_at": gettext_lazy("Due"),
    "minutes": gettext_lazy("Minutes"),
    "location": gettext_lazy("Place or link"),
    "owner": gettext_lazy("Owner"),
    "outcome": gettext_lazy("Outcome"),
}
WORDS: dict[str, dict[str, Any]] = {
    "category": dict(Category.choices),
    "preferred_channel": dict(Channel.choices),
}
KINDS: dict[str, Any] = {**dict(Kind.choices), **dict(ActivityKind.choices)}


@dataclass
class Item:
    """One line of the stream, ready to show; `changes` are (label, before, after)."""

    at: datetime
    who: str
    text: str
    icon: str = "note"
    colour: str = ""
    body: str = ""
    outcome: str = ""
    kind: str = ""
    changes: list[tuple[str, str, str]] = field(default_factory=list)
    more: list["Item"] = field(default_factory=list)
    href: str = ""
    about: str = ""
    is_change: bool = False
    cursor: str = ""
    activity_id: int = 0
    email_id: int = 0  # the activity, when it is an e-mail
    chat_id: int = 0  # the same, when it is a message
    message: Message | None = None
    chat: ChatMessage | None = None


@dataclass(frozen=True)
class Place:
    """The record whose stream it is, and what its viewer may read of the others."""

    kind: str
    record: Any

    @property
    def page(self) -> str:
        from django.urls import reverse

        return reverse(f"desk:{self.kind}", args=[self.record.pk])


def shown(key: str, value: Any, currency: str) -> str:
    """A stored value as people read it."""
    if value is None or value in ("", []):
        return "–"
    try:
        if key == "amount":
            return formats.money(Decimal(str(value)), currency)
        if key == "probability":
            return f"{value}%"
        if key.endswith("_date"):
            return formats.day(date.fromisoformat(str(value)))
        if key.endswith("_at"):
            return formats.moment(datetime.fromisoformat(str(value)))
    except (ValueError, InvalidOperation):
        return str(value)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if key == "kind":
        return str(KINDS.get(value, value))
    return str(WORDS.get(key, {}).get(value, value))


def changes_of(line: Line, currency: str, own: dict[str, str]) -> list[tuple[str, str, str]]:
    """What an edit changed: (label, before, after) in words."""
    found = []
    for change in line.changes:
        key = change["field"]
        if key.startswith("custom."):
            label = own.get(key[7:], key[7:])
        else:
            label = str(LABELS[key]) if key in LABELS else ATTRIBUTES[key].label if key in ATTRIBUTES else key
        found.append(
            (label, shown(key, change.get("old"), currency), shown(key, change.get("new"), currency))
        )
    values = line.values
    for tag in values.get("added") or ():
        found.append((_("Tag"), "–", str(tag)))
    for tag in values.get("removed") or ():
        found.append((_("Tag"), str(tag), "–"))
    return found


def item_of(
    line: Line, *, currency: str, own: dict[str, str], people: dict[int, str], titles: dict[int, str]
) -> Item:
    """One entry of the journal as a line."""
    entry, values = line.entry, line.values
    who = entry.by.name if entry.by else _("Automation") if entry.channel == "auto" else _("Siklus")
    kind = str(values.get("kind", "")) if entry.about_kind == "activity" else ""
    item = Item(
        at=entry.happened_at, who=who, text=line.sentence, icon=line.icon,
        cursor=f"{entry.happened_at.isoformat()}~{entry.pk}",
    )  # fmt: skip
    if entry.name == "activity.done":
        item.activity_id = entry.about_id
        item.email_id = entry.about_id if kind == "email" else 0
        item.chat_id = entry.about_id if kind == "message" else 0
        item.kind, item.icon, item.colour = kind, kind or "activity", COLOURS.get(kind, "slate")
        item.body, item.outcome = values.get("body", ""), values.get("outcome", "")
        if item.body.strip().startswith(item.text.strip()):
            item.text, item.body = item.body, ""
        return item
    item.is_change = True
    item.changes = changes_of(line, currency, own)
    if entry.name in {"deal.won", "deal.lost", "deal.ended_undecided", "deal.disqualified", "deal.reopened"}:
        item.is_change = False
        item.colour = "green" if entry.name == "deal.won" else "slate" if "reopened" in entry.name else "red"
        item.body = values.get("note", "")
        if entry.name == "deal.won" and values.get("value", {}).get("amount"):
            value = values["value"]
            item.text += " · " + formats.money(Decimal(value["amount"]), value["currency"])
    elif entry.about_kind == "objection":
        item.is_change, item.colour = False, "green" if entry.name == "objection.resolved" else "orange"
        item.body = values.get("note", "")
    elif entry.name == "deal.moved":
        item.icon, item.colour = "stage", "blue"
    elif entry.name == "deal.person_added":
        part = str(dict(DealContact.Part.choices).get(values.get("part", ""), ""))
        if name := people.get(values.get("contact", 0)):
            item.text = _("added %(name)s as %(part)s") % {"name": name, "part": part.lower()}
    elif entry.name == "deal.person_removed" and (name := people.get(values.get("contact", 0))):
        item.text = _("took %(name)s off the deal") % {"name": name}
    elif entry.name == "deal.product_set" and not values.get("quantity"):
        item.text = _("took %(title)s off the deal") % {"title": values.get("title", "")}
    elif entry.name == "activity.planned" and values.get("due_at"):
        due = datetime.fromisoformat(values["due_at"])
        item.icon = "calendar"
        item.text = _("%(text)s, due %(when)s") % {"text": item.text, "when": formats.moment(due)}
    if entry.about_kind == "deal" and entry.about_id in titles:
        item.about, item.href = titles[entry.about_id], f"/deals/{entry.about_id}/"
    return item


def grouped(items: Iterable[Item]) -> list[Item]:
    """Runs of changes by one author become one line that opens."""
    lines: list[Item] = []
    for item in items:
        last = lines[-1] if lines else None
        if (
            last is not None and last.is_change and item.is_change and last.who == item.who
            and last.about == item.about and (last.at - item.at).total_seconds() < 86_400
        ):  # fmt: skip
            if not last.more:
                first = Item(**{**last.__dict__, "more": []})
                last.more = [first]
                last.changes, last.icon, last.colour = [], "history", ""
            last.more.append(item)
            last.text = ""
            last.cursor = item.cursor
        else:
            lines.append(item)
    return lines


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
