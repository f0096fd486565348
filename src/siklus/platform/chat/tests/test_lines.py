"""A line to WhatsApp: secrets are sealed, messages leave at most once, and calls are believed only when signed."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests.cloud import (
    PHONE_ID,
    SECRET,
    TOKEN,
    WORDS,
    Cloud,
    a_line,
    became,
    call,
    said,
    signature,
    speaking,
    tell,
)
from tests.world import World, day

from siklus.platform.chat import sending
from siklus.platform.chat.actions import ChatRefused, edit_line, retire_line
from siklus.platform.chat.models import Incoming, Line, Outgoing
from siklus.platform.chat.queries import line_for, lines_for
from siklus.platform.chat.sending import Held, MayNotLeave, queue_message, send_again, send_due
from siklus.platform.journal.models import Entry

THEM = "+6281234567890"


@pytest.fixture(autouse=True)
def _private(settings) -> None:
    settings.CHAT_PRIVATE_HOSTS = True  # the server of the test stands on this machine


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    with speaking() as one:
        yield one


@pytest.fixture
def line(world: World, cloud: Cloud) -> Line:
    return a_line(world, cloud)


def queued(world: World, line: Line, text: str = "Halo Pak Hendra", **values) -> Outgoing:
    return queue_message(line=line, to=THEM, text=text, purpose="test", by=world.rani, at=day(1), **values)


def sent(message: Outgoing, number: float = 1) -> Outgoing:
    send_due(day(number))
    message.refresh_from_db()
    return message


def facts(name: str) -> int:
    return Entry.objects.filter(name=name).count()


def test_secrets_are_sealed_and_the_journal_does_not_know_them(world: World, line):
    stored = json.dumps(list(Line.objects.values()), default=str)
    told = json.dumps(list(Entry.objects.values("details", "personal")), default=str)
    assert not any(secret in stored + told for secret in (TOKEN, SECRET, WORDS))
    edit_line(line=line, token="new-token", app_secret="", by=world.agus, at=day(1))
    assert Entry.objects.get(name="line.changed").details["fields"] == ["token"]
    retired = retire_line(line=line, by=world.agus, at=day(2))
    assert (retired.sealed_token, retired.sealed_app_secret, retired.sealed_verify_token) == ("", "", "")


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("name", {"name": " "}),
        ("number", {"number": "12"}),
        ("phone_number_id", {"phone_number_id": "12/../34"}),
        ("api_version", {"api_version": "../v1"}),
        ("api_url", {"api_url": "ftp://x"}),
        ("token", {"token": ""}),
        ("app_secret", {"app_secret": ""}),
    ],
)
def test_what_is_wrong_with_a_line_is_named(world: World, field: str, values):
    with pytest.raises(ChatRefused) as refusal:
        a_line(world, **values)
    assert refusal.value.field == field
    assert not Line.objects.exists() and not facts("line.added")


def test_a_token_travels_to_public_hosts_by_https_only(world: World, settings):
    settings.CHAT_PRIVATE_HOSTS = False
    for url in ("http://graph.nusa.test", "https://127.0.0.1", "https://169.254.169.254"):
        with pytest.raises(ChatRefused) as refusal:
            a_line(world, api_url=url)
        assert refusal.value.field == "api_url"


def test_a_number_is_connected_once(world: World, line):
    with pytest.raises(ChatRefused, match="connected already"):
        a_line(world, name="Again")
    retire_line(line=line, by=world.agus, at=day(1))
    assert a_line(world, name="Again").number == "+622155501234"


def test_one_writes_from_ones_own_lines_and_the_shared_ones(world: World, line):
    own = a_line(world, name="Budi's", phone_number_id="7", owner=world.budi)
    assert list(lines_for(world.rani)) == [line] and line_for(world.budi, own.pk) == own
    with pytest.raises(Line.DoesNotExist):
        line_for(world.rani, own.pk)


def test_a_text_leaves_in_the_words_of_the_api(world: World, cloud, line):
    message = sent(queued(world, line, answers="wamid.in1"))
    assert cloud.seen == [(f"/v23.0/{PHONE_ID}/messages", f"Bearer {TOKEN}")]
    assert cloud.got == [{
        "messaging_product": "whatsapp", "recipient_type": "individual", "to": "6281234567890", "type": "text",
        "text": {"preview_url": False, "body": "Halo Pak Hendra"}, "context": {"message_id": "wamid.in1"},
        "biz_opaque_callback_data": message.key,
    }]  # fmt: skip
    assert (message.state, message.provider_id, message.sent_at) == ("sent", "wamid.out1", day(1))
    assert Entry.objects.get(name="chat.sent").by == world.rani


def test_an_approved_template_leaves_with_its_values(world: World, cloud, line):
    sent(queued(world, line, template="hello", template_language="id", template_values=["Hendra", "Nusa"]))
    assert cloud.got[0]["template"] == {
        "name": "hello", "language": {"code": "id"},
        "components": [{"type": "body", "parameters": [
            {"type": "text", "text": "Hendra"}, {"type": "text", "text": "Nusa"},
        ]}],
    }  # fmt: skip
    assert "text" not in cloud.got[0]


def test_what_was_sent_is_not_sent_again(world: World, cloud, line):
    message = sent(queued(world, line))
    assert send_due(day(2)) == 0 and len(cloud.got) == 1
    with pytest.raises(ChatRefused):
        send_again(message=message, by=world.rani, at=day(2))


@pytest.mark.parametrize(
    ("status", "code", "state", "words"),
    [
        (400, 131047, "failed", "More than 24 hours have passed"),
        (400, 131026, "failed", "cannot be reached by WhatsApp"),
        (400, 132001, "failed", "knows no approved template"),
        (400, 100, "failed", "Invalid parameter (100)"),
        (429, 130429, "queued", "(130429)"),
        (400, 131056, "queued", "(131056)"),
        (401, 190, "queued", "The access token does not hold any more"),
        (403, 131031, "queued", "(131031)"),
        (500, 131000, "uncertain", "(131000)"),
    ],
)
def test_each_refusal_has_its_own_remedy(world: World, cloud, line, status, code, state, words):
    cloud.fail(status, code, "Nope", "Invalid parameter" if code == 100 else "")
    message = sent(queued(world, line))
    assert message.state == state and words in message.error
    line.refresh_from_db()
    assert bool(line.error) == (code in (190, 131031))
    assert (facts("chat.failed"), facts("chat.uncertain")) == (state == "failed", state == "uncertain")


def test_what_was_too_much_at_once_leaves_later_and_a_mended_line_is_well_again(world: World, cloud, line):
    cloud.fail(429, 130429, "Rate limit hit")
    cloud.fail(401, 190, "Expired")
    message = queued(world, line)
    send_due(day(1))
    assert send_due(day(1)) == 0  # its time has not come
    send_due(day(1) + timedelta(minutes=1))
    line.refresh_from_db()
    assert line.error
    message = sent(message, 1.5)
    line.refresh_from_db()
    assert (message.state, message.attempts, line.error) == ("sent", 3, "")


def test_after_seven_tries_it_fails(world: World, cloud, line):
    message = queued(world, line)
    for number in range(1, 8):
        cloud.fail(429, 130429, "Rate limit hit")
        send_due(day(number))
    message.refresh_from_db()
    assert (message.state, message.attempts, len(cloud.got)) == ("failed", 7, 7)


def test_a_connection_that_breaks_may_have_taken_it_and_a_person_decides(world: World, cloud, line):
    cloud.hangs_up = True
    message = sent(queued(world, line))
    assert message.state == "uncertain"
    assert send_due(day(2)) == 0
    cloud.hangs_up = False
    send_again(message=message, by=world.rani, at=day(2))
    assert sent(message, 2).state == "sent"


def test_a_host_that_is_not_there_took_nothing(world: World):
    line = a_line(world, api_url="http://127.0.0.1:1")
    message = sent(queued(world, line))
    assert (message.state, message.due_at) == ("queued", day(1) + timedelta(minutes=1))


def test_a_worker_that_died_in_the_middle_leaves_it_to_a_person(world: World, cloud, line):
    message = queued(world, line)
    Outgoing.objects.update(state="handing", attempts=1)
    assert sent(message).state == "uncertain"
    assert cloud.got == []


def test_what_says_no_before_it_leaves_is_heard(world: World, cloud, line, monkeypatch):
    answers: list[Exception] = [Held(day(3), "It is late."), MayNotLeave("They opted out.")]

    def guard(_message: Outgoing, _at) -> None:
        raise answers.pop(0)

    monkeypatch.setattr(sending, "_guards", [guard])
    message = sent(queued(world, line))
    assert (message.state, message.due_at, message.error) == ("queued", day(3), "It is late.")
    message = sent(message, 3)
    assert (message.state, message.error, cloud.got) == ("failed", "They opted out.", [])


@pytest.mark.parametrize("text", ["  ", "x" * 4097, "a\0b"])
def test_what_cannot_be_sent_is_not_queued(world: World, line, text: str):
    with pytest.raises(ChatRefused):
        queued(world, line, text)
    assert not Outgoing.objects.exists()


def test_the_maker_finds_us_by_the_words(line):
    door, query = f"/hooks/whatsapp/{line.key}/", {"hub.mode": "subscribe", "hub.challenge": "1158201444"}
    answer = Client().get(door, {**query, "hub.verify_token": WORDS})
    assert (answer.status_code, answer.content, answer["Content-Type"][:10]) == (
        200,
        b"1158201444",
        "text/plain",
    )
    for wrong in (
        {**query, "hub.verify_token": "guess"}, query, {**query, "hub.verify_token": WORDS, "hub.mode": "x"},
        {**query, "hub.verify_token": WORDS, "hub.challenge": "<script>"},
    ):  # fmt: skip
        assert Client().get(door, wrong).status_code == 403
    assert Client().get("/hooks/whatsapp/nobody/", {**query, "hub.verify_token": WORDS}).status_code == 404


def test_a_message_that_came_is_kept_once(line):
    body = call(said("Berapa harganya?", at=day(1)))
    for _time in range(3):
        assert tell(Client(), line, body).status_code == 200
    row = Incoming.objects.get()
    assert (row.number, row.name, row.text, row.sent_at) == (THEM, "Hendra P.", "Berapa harganya?", day(1))
    assert facts("chat.received") == 1


@pytest.mark.parametrize(
    "sign", ["", "sha256=", "sha256=" + "0" * 64, "sha1=abc", signature(b"another body"), "sha256=é"]
)
def test_a_call_that_is_not_signed_rightly_changes_nothing(line, sign: str):
    answer = tell(Client(), line, call(said("Forged", at=day(1))), sign=sign)
    assert answer.status_code == 403
    assert not Incoming.objects.exists()


def test_a_call_signed_for_another_secret_or_changed_on_the_way_is_refused(line):
    body = call(said("Pay to this account", at=day(1)))
    assert tell(Client(), line, body, sign=signature(body, "guess")).status_code == 403
    assert tell(Client(), line, body + b" ", sign=signature(body)).status_code == 403
    assert not Incoming.objects.exists()


def test_what_is_told_of_another_number_or_another_matter_is_left_out(line):
    for body in (
        call(said("x", at=day(1)), phone_id="999"), call(said("x", at=day(1)), field="account_update"),
        b"[]", b"{}", b"\xff", b'{"entry": [{"changes": [{"field": "messages", "value": 1}]}]}',
        call({"messages": [{"from": "x", "id": "y"}, 1], "statuses": [{"id": "z", "status": "eaten"}], "contacts": "x"}),
        b"[" * 5000,
    ):  # fmt: skip
        assert tell(Client(), line, body).status_code == 200
    assert not Incoming.objects.exists()


def test_what_is_too_large_is_not_read(line):
    body = b" " * (1024 * 1024 + 1)
    assert tell(Client(), line, body).status_code == 413


def test_a_retired_line_hears_nothing(world: World, line):
    retire_line(line=line, by=world.agus, at=day(1))
    assert tell(Client(), line, call(said("x", at=day(1)))).status_code == 404


@pytest.mark.parametrize(
    ("kind", "part", "text"),
    [
        ("button", {"text": "Ya", "payload": "p"}, "Ya"),
        ("interactive", {"type": "list_reply", "list_reply": {"id": "1", "title": "Demo"}}, "Demo"),
        ("image", {"id": "9", "caption": "Foto toko"}, "Foto toko"),
        ("document", {"id": "9", "filename": "po.pdf"}, "po.pdf"),
        ("reaction", {"message_id": "wamid.out1", "emoji": "👍"}, "👍"),
        ("location", {"latitude": 1}, ""),
    ],
)
def test_every_kind_of_message_says_something(line, kind: str, part, text: str):
    value = said("", at=day(1), type=kind, **{kind: part}, context={"from": "62", "id": "wamid.out1"})
    tell(Client(), line, call(value))
    row = Incoming.objects.get()
    assert (row.kind, row.text, row.answers) == (kind, text, "wamid.out1")


def test_a_message_goes_forward_and_never_back(world: World, line):
    message = sent(queued(world, line))

    def told(state: str, number: float, **more) -> str:
        tell(Client(), line, call(became(state, key="wamid.out1", at=day(number), **more)))
        message.refresh_from_db()
        return message.state

    assert told("read", 3) == "read"
    assert told("delivered", 2) == "read"  # calls come in any order
    assert told("sent", 1) == "read"
    assert told("failed", 4) == "read"
    assert (message.read_at, message.delivered_at) == (day(3), day(3))
    assert (facts("chat.sent"), facts("chat.delivered"), facts("chat.failed")) == (1, 1, 0)


def test_a_message_that_fails_later_says_why(world: World, line):
    message = sent(queued(world, line))
    errors = [{"code": 131047, "title": "Re-engagement message", "error_data": {"details": "24 hours"}}]
    for _time in range(2):
        tell(Client(), line, call(became("failed", key="wamid.out1", at=day(2), errors=errors)))
    message.refresh_from_db()
    assert message.state == "failed" and message.error.startswith("More than 24 hours have passed")
    assert facts("chat.failed") == 1


def test_what_perhaps_left_is_known_as_soon_as_the_maker_tells_of_it(world: World, cloud, line):
    cloud.hangs_up = True
    message = sent(queued(world, line))
    told = became("delivered", key="wamid.late", at=day(2), biz_opaque_callback_data=message.key)
    tell(Client(), line, call(told))
    message.refresh_from_db()
    assert (message.state, message.provider_id, message.error) == ("delivered", "wamid.late", "")
    assert facts("chat.sent") == 1


def test_a_message_of_another_line_is_not_moved(world: World, line):
    message = sent(queued(world, line))
    other = a_line(world, name="Other", phone_number_id="7")
    tell(Client(), other, call(became("failed", key="wamid.out1", at=day(2)), phone_id="7"))
    message.refresh_from_db()
    assert message.state == "sent"


def test_nobody_comes_from_the_future(line):
    tell(Client(), line, call(said("x", at=timezone.now() + timedelta(days=9))))
    row = Incoming.objects.get()
    assert row.sent_at == row.received_at
