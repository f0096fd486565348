"""One line of what happened, as people read it: a fact of the journal with its changes, or an activity."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from siklus.cycle.outreach.chats.models import ChatMessage
from siklus.cycle.outreach.models import Message
from siklus.cycle.research.attributes import ATTRIBUTES
from siklus.platform.i18n import formats
from siklus.platform.journal.queries import Line
from siklus.records.activities.models import ActivityKind
from siklus.records.contacts.models import Channel
from siklus.records.deals.models import Category, DealContact, Kind

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
