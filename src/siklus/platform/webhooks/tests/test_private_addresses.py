"""A webhook leads out into the world, and by no trick into our own network."""

import socket
import time
from collections.abc import Iterator

import pytest
from django.utils import timezone
from tests.world import World, day

from siklus.platform.web import outgoing
from siklus.platform.web.outgoing import NotSent, is_public, post
from siklus.platform.webhooks.actions import WebhookRefused, add_endpoint, send_test
from siklus.platform.webhooks.models import Attempt
from siklus.platform.webhooks.sending import Sender
from siklus.platform.webhooks.tests.receiver import Receiver, receiving


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as one:
        yield one


@pytest.fixture(autouse=True)
def closed(settings) -> None:
    settings.WEBHOOK_PRIVATE_HOSTS = False


def at(receiver: Receiver, host: str) -> str:
    return receiver.url.replace("127.0.0.1", host)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "[::127.0.0.1]", "2130706433", "0x7f000001", "017700000001", "127.1",
     "localhost", "0.0.0.0", "[::]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "①②⑦.⓪.⓪.①"],
)  # fmt: skip
def test_no_way_to_write_this_machine_leads_there(receiver: Receiver, host: str):
    with pytest.raises(NotSent):
        post(at(receiver, host), b"{}", {})
    assert receiver.got == []


@pytest.mark.parametrize(
    "address", ["10.0.0.5", "172.16.9.9", "192.168.1.1", "169.254.169.254", "100.64.0.1", "fd00::1"]
)
def test_a_name_that_resolves_to_a_private_address_is_refused(monkeypatch, address: str):
    answer = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443))]
    monkeypatch.setattr(outgoing.socket, "getaddrinfo", lambda *_a, **_k: answer)
    monkeypatch.setattr(outgoing.socket, "create_connection", lambda *_a: pytest.fail("it was called"))
    with pytest.raises(NotSent, match=r"hooks\.test is in a private network"):
        post("https://hooks.test/in", b"{}", {})


def test_a_name_that_changes_between_two_questions_is_asked_once(monkeypatch):
    answers = iter(["93.184.215.14", "127.0.0.1"])
    monkeypatch.setattr(
        outgoing.socket, "getaddrinfo", lambda *_a, **_k: [(2, 1, 6, "", (next(answers), 80))]
    )
    called = []

    def note(where, _timeout):
        called.append(where)
        raise ConnectionRefusedError(111, "refused")

    monkeypatch.setattr(outgoing.socket, "create_connection", note)
    with pytest.raises(NotSent):
        post("http://hooks.test/in", b"{}", {})
    assert called == [("93.184.215.14", 80)]


def test_a_redirect_is_an_answer_and_nobody_follows_it(world: World, settings):
    settings.WEBHOOK_PRIVATE_HOSTS = True
    with receiving() as inner, receiving() as outer:
        outer.status, outer.headers = 307, {"Location": inner.url}
        endpoint, _secret = add_endpoint(url=outer.url, by=world.agus, at=day(1))
        message = send_test(endpoint=endpoint, at=timezone.now())
        Sender().drain()
        assert len(outer.got) == 1 and inner.got == []
    message.refresh_from_db()
    assert (Attempt.objects.get().status, message.state) == (307, "waiting")


@pytest.mark.parametrize(
    "url",
    ["ftp://hooks.test/", "file:///etc/passwd", "hooks.test", "https://", "https://ada:secret@hooks.test/",
     "https://hooks.test:99999/", "https://hooks.test/a b", "http://127.0.0.1/", "http://[::1]/", "http://localhost/"],
)  # fmt: skip
def test_an_address_that_would_never_be_called_is_refused_when_it_is_typed(world: World, url: str):
    with pytest.raises(WebhookRefused) as refusal:
        add_endpoint(url=url, by=world.agus, at=day(1))
    assert refusal.value.field == "url"


def test_a_refused_address_is_logged_as_an_attempt(world: World):
    endpoint, _secret = add_endpoint(url="http://2130706433/in", by=world.agus, at=day(1))
    send_test(endpoint=endpoint, at=timezone.now())
    Sender().drain()
    assert "private network" in Attempt.objects.get().error


def test_who_drips_an_answer_is_cut_off():
    listener = socket.create_server(("127.0.0.1", 0))
    began = time.monotonic()
    with pytest.raises(NotSent, match="no answer within"):
        post(f"http://127.0.0.1:{listener.getsockname()[1]}/", b"{}", {}, seconds=0.3, private_too=True)
    assert time.monotonic() - began < 5
    listener.close()


def test_public_addresses_are_public():
    assert is_public("8.8.8.8") and is_public("2001:4860:4860::8888") and not is_public("fec0::1")
