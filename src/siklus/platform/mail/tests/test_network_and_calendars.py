"""Where we connect to, how passwords are kept, and what calendars read and answer."""

import socket
from datetime import timedelta

import pytest
from icalendar import Calendar
from tests.world import day

from siklus.platform.mail import network
from siklus.platform.mail.calendars import Appointment, answer_of, cancel, feed, request
from siklus.platform.mail.network import HostRefused, connect, is_public
from siklus.platform.mail.sealing import CannotUnseal, seal, unseal


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True), ("2001:4860:4860::8888", True), ("127.0.0.1", False), ("10.1.2.3", False),
        ("169.254.169.254", False), ("192.168.1.1", False), ("100.64.0.1", False), ("0.0.0.0", False), ("224.0.0.1", False),
        ("::1", False), ("fe80::1%eth0", False), ("fd00::1", False), ("::ffff:10.0.0.1", False),
        ("64:ff9b::a00:1", False), ("2002:a00:1::", False),
    ],
)  # fmt: skip
def test_private_addresses_are_known_in_every_disguise(address: str, public: bool):
    assert is_public(address) is public


def test_a_private_host_is_refused_unless_the_operator_allows_it(settings):
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    connect("127.0.0.1", port, 5).close()
    settings.MAIL_PRIVATE_HOSTS = False
    with pytest.raises(HostRefused, match="private network"):
        connect("localhost", port, 5)
    listener.close()


def test_the_address_that_was_checked_is_the_one_that_is_called(settings, monkeypatch):
    settings.MAIL_PRIVATE_HOSTS = False
    answers = iter(["93.184.215.14", "127.0.0.1"])  # a name that changes between two questions
    monkeypatch.setattr(network.socket, "getaddrinfo", lambda *_a, **_k: [(2, 1, 6, "", (next(answers), 25))])
    called = []
    monkeypatch.setattr(network.socket, "create_connection", lambda where, _t: called.append(where))
    connect("mail.test", 25, 5)
    assert called == [("93.184.215.14", 25)]


def test_a_sealed_password_opens_with_the_key_it_was_sealed_with_or_an_older_one(settings):
    sealed = seal("rahasia")
    assert "rahasia" not in sealed and unseal(sealed) == "rahasia"
    assert (seal(""), unseal("")) == ("", "")
    old, settings.SECRET_KEY = settings.SECRET_KEY, "another key"
    with pytest.raises(CannotUnseal):
        unseal(sealed)
    settings.SECRET_KEY_FALLBACKS = [old]
    assert unseal(sealed) == "rahasia"


MEETING = Appointment(
    uid="m-1@nusa.test", sequence=2, starts_at=day(5), ends_at=day(5) + timedelta(minutes=45),
    title="Demo, Bank Nusa", text="Baris satu\nBaris dua", place="Jakarta", organizer=("Rani", "rani@nusa.test"),
    guests=(("Hendra, CIO", "hendra@banknusa.test"),),
)  # fmt: skip


@pytest.mark.parametrize(
    ("make", "method", "status"), [(request, "REQUEST", "CONFIRMED"), (cancel, "CANCEL", "CANCELLED")]
)
def test_an_invitation_says_who_what_and_when(make, method: str, status: str):
    calendar = Calendar.from_ical(make(MEETING, at=day(2)))
    (event,) = calendar.walk("VEVENT")
    assert (calendar["method"], event["status"], event["uid"], event["sequence"]) == (
        method, status, "m-1@nusa.test", 2,
    )  # fmt: skip
    assert (event["dtstart"].dt, event["dtend"].dt) == (day(5), day(5) + timedelta(minutes=45))
    assert (event["summary"], event["description"]) == ("Demo, Bank Nusa", "Baris satu\nBaris dua")
    assert event["organizer"] == "mailto:rani@nusa.test"
    assert event["attendee"].params["CN"] == "Hendra, CIO"


@pytest.mark.parametrize("said", ["accepted", "declined", "tentative"])
def test_an_answer_is_understood(said: str):
    text = (
        request(MEETING, at=day(2))
        .replace("METHOD:REQUEST", "METHOD:REPLY")
        .replace("NEEDS-ACTION", said.upper())
    )
    answer = answer_of(text)
    assert answer is not None
    assert (answer.uid, answer.sequence, answer.address, answer.answer) == (
        "m-1@nusa.test", 2, "hendra@banknusa.test", said,
    )  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        request(MEETING, at=day(2)),
        "BEGIN:VCALENDAR\nMETHOD:REPLY\nEND:VCALENDAR",
        "BEGIN:VCALENDAR\nMETHOD:REPLY\nBEGIN:VEVENT\nSEQUENCE:x\nATTENDEE;PARTSTAT=ACCEPTED:a\nEND:VEVENT\nEND:VCALENDAR",
    ],
)
def test_what_is_no_answer_is_none(text: str):
    assert answer_of(text) is None


def test_a_feed_invites_nobody():
    calendar = Calendar.from_ical(feed("Rani", [MEETING], at=day(2)))
    (event,) = calendar.walk("VEVENT")
    assert (calendar["method"], "attendee" in event, "organizer" in event) == ("PUBLISH", False, False)
