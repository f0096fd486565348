"""Invitations by iCalendar (RFC 5545, 5546): written, changed, taken back; answers understood; a feed to subscribe to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event, vCalAddress, vText

PRODUCT = "-//Siklus//Siklus//EN"
ANSWERS = {"ACCEPTED": "accepted", "DECLINED": "declined", "TENTATIVE": "tentative"}


@dataclass(frozen=True)
class Appointment:
    """A meeting as calendars know it. A change keeps the `uid` and raises the `sequence`."""

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    title: str
    text: str = ""
    place: str = ""
    organizer: tuple[str, str] = ("", "")
    guests: tuple[tuple[str, str], ...] = ()
    is_cancelled: bool = False
    is_busy: bool = True  # a task does not block the hour
    address: str = ""  # the page behind it
    changed_at: datetime | None = None  # in a feed: so that it reads the same as long as nothing changed


def request(one: Appointment, *, at: datetime) -> str:
    """An invitation, or a newer version of it."""
    return _calendar("REQUEST", [_event(one, at, "CONFIRMED")])


def cancel(one: Appointment, *, at: datetime) -> str:
    """The meeting will not be."""
    return _calendar("CANCEL", [_event(one, at, "CANCELLED")])


def feed(name: str, appointments: Iterable[Appointment], *, at: datetime) -> str:
    """A calendar to subscribe to: nobody is invited by it."""
    calendar = _empty("PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval;value=duration", "PT15M")
    for one in appointments:
        calendar.add_component(
            _event(one, at, "CANCELLED" if one.is_cancelled else "CONFIRMED", invites=False)
        )
    return str(calendar.to_ical().decode())


def _empty(method: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    return calendar


def _calendar(method: str, events: list[Event]) -> str:
    calendar = _empty(method)
    for event in events:
        calendar.add_component(event)
    return str(calendar.to_ical().decode())


def _event(one: Appointment, at: datetime, status: str, *, invites: bool = True) -> Event:
    event = Event()
    event.add("uid", one.uid)
    event.add("sequence", one.sequence)
    event.add("dtstamp", (one.changed_at or at).astimezone(UTC))
    event.add("dtstart", one.starts_at.astimezone(UTC))
    event.add("dtend", one.ends_at.astimezone(UTC))
    event.add("summary", one.title)
    event.add("status", status)
    if one.text:
        event.add("description", one.text)
    if one.place:
        event.add("location", one.place)
    if one.address:
        event.add("url", one.address)
    if not invites:
        event.add("transp", "OPAQUE" if one.is_busy else "TRANSPARENT")
        return event
    organizer = vCalAddress(f"mailto:{one.organizer[1]}")
    organizer.params["CN"] = vText(one.organizer[0] or one.organizer[1])
    event["organizer"] = organizer
    for name, address in one.guests:
        guest = vCalAddress(f"mailto:{address}")
        guest.params["CN"] = vText(name or address)
        guest.params["ROLE"] = vText("REQ-PARTICIPANT")
        guest.params["PARTSTAT"] = vText("NEEDS-ACTION")
        guest.params["RSVP"] = vText("TRUE")
        event.add("attendee", guest, encode=False)
    return event


@dataclass(frozen=True)
class Answer:
    """What somebody answered to an invitation."""

    uid: str
    sequence: int
    address: str
    answer: str  # accepted, declined or tentative
    comment: str = ""


def answer_of(text: str) -> Answer | None:
    """The answer in a calendar part, or None: not a REPLY, or not readable."""
    try:
        calendar = Calendar.from_ical(text)
        if str(calendar.get("method", "")).upper() != "REPLY":
            return None
        for event in calendar.walk("VEVENT"):
            guests = event.get("attendee")
            for guest in guests if isinstance(guests, list) else [guests]:
                said = ANSWERS.get(str(getattr(guest, "params", {}).get("PARTSTAT", "")).upper())
                if said:
                    return Answer(
                        str(event.get("uid", ""))[:250], int(event.get("sequence", 0) or 0),
                        str(guest).lower().removeprefix("mailto:").strip()[:254], said,
                        str(event.get("comment", ""))[:500],
                    )  # fmt: skip
    except Exception:
        return None
    return None


def lasting(starts_at: datetime, minutes: int) -> datetime:
    return starts_at + timedelta(minutes=minutes)
