"""Pages of other sites are read as a guest, and by no trick does a site make us read what is ours, or for ever."""

import gzip
import socket
import threading
import time
from collections.abc import Iterator

import pytest
from django.utils import translation
from tests.site import Reply, Site, serving

from siklus.platform.web import outgoing
from siklus.platform.web.outgoing import NotSent, post, sentence
from siklus.platform.web.reading import Page, get, user_agent


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as one:
        yield one


def here(site: Site, path: str = "/", **values) -> Page:
    return get(site.url(path), private_too=True, **values)


def test_a_page_comes_with_its_kind_and_its_address(site: Site, settings):
    settings.SIKLUS_URL = "https://crm.nusa.test/"
    site.pages["/"] = "<p>Halo</p>"
    page = here(site)
    assert (page.url, page.status, page.media_type) == (site.url(), 200, "text/html")
    assert (page.text, page.is_whole) == ("<p>Halo</p>", True)
    assert site.agents == {user_agent()}
    assert user_agent().startswith("Siklus/") and user_agent().endswith("(+https://crm.nusa.test)")


def test_redirects_are_followed_a_few_times(site: Site):
    site.pages["/"] = Reply(status=301, headers={"Location": "/a"})
    site.pages["/a"] = Reply(status=302, headers={"Location": "b?x=1#end"})
    site.pages["/b"] = "there"
    page = here(site)
    assert (page.url, page.text) == (site.url("/b?x=1"), "there")


def test_a_circle_of_redirects_ends(site: Site):
    site.pages["/"] = Reply(status=302, headers={"Location": "/"})
    with pytest.raises(NotSent, match="without end"):
        here(site)
    assert len(site.asked) == 6


@pytest.mark.parametrize(
    "where",
    ["http://169.254.169.254/latest/meta-data/", "http://127.0.0.1:{port}/inner", "http://[::1]:{port}/inner",
     "http://[::ffff:127.0.0.1]:{port}/inner", "http://2130706433:{port}/inner", "http://0x7f.1:{port}/inner",
     "http://localhost:{port}/inner", "//127.0.0.1:{port}/inner", "http://0.0.0.0:{port}/inner"],
)  # fmt: skip
def test_no_redirect_leads_into_our_network(site: Site, where: str, monkeypatch):
    real = socket.getaddrinfo
    site.pages["/"] = Reply(status=302, headers={"Location": where.format(port=site.port)})
    site.pages["/inner"] = "a secret"

    def outside(host, *rest, **more):
        """The test's site stands for a public one; every other name is looked up as ever."""
        if host == "www.nusa.test":
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.215.14", site.port))]
        return real(host, *rest, **more)

    connect = socket.create_connection
    monkeypatch.setattr(outgoing.socket, "getaddrinfo", outside)
    monkeypatch.setattr(
        outgoing.socket, "create_connection",
        lambda where, left: connect(("127.0.0.1" if where[0] == "93.184.215.14" else where[0], where[1]), left),
    )  # fmt: skip
    with pytest.raises(NotSent, match="private network"):
        get(site.url(host="www.nusa.test"))
    assert site.asked == ["/"]


@pytest.mark.parametrize(
    "where", ["file:///etc/passwd", "ftp://nusa.test/", "gopher://x/", "http://ada:x@nusa.test/"]
)
def test_a_redirect_to_another_scheme_or_with_a_password_is_refused(site: Site, where: str):
    site.pages["/"] = Reply(status=302, headers={"Location": where})
    with pytest.raises(NotSent):
        here(site)


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "http://127.0.0.1/", "http://[::ffff:7f00:1]/", "http://127.1/"]
)
def test_an_address_of_this_machine_is_not_read(url: str):
    with pytest.raises(NotSent):
        get(url)


@pytest.mark.parametrize(
    "url", ["http://169.254.169.254/", "http://[::ffff:169.254.169.254]/", "http://[fe80::1]/"]
)
def test_where_clouds_tell_their_secrets_nobody_goes_even_if_private_networks_are_allowed(url: str):
    with pytest.raises(NotSent, match="private network"):
        get(url, private_too=True)


def test_the_way_can_be_closed_before_every_hop(site: Site):
    site.pages["/"] = Reply(status=302, headers={"Location": "/b"})
    seen = []

    def may_go(url: str) -> None:
        seen.append(url)
        if url.endswith("/b"):
            raise PermissionError("no further")

    with pytest.raises(PermissionError):
        here(site, may_go=may_go)
    assert (seen, site.asked) == ([site.url("/"), site.url("/b")], ["/"])


def test_of_a_huge_page_the_beginning_is_read(site: Site):
    def endless(out) -> None:
        while True:
            out.write(b"x" * 65_536)

    site.pages["/"] = Reply(drip=endless)
    page = here(site, most=100_000)
    assert (len(page.body), page.is_whole) == (100_000, False)


def test_what_is_packed_does_not_grow_without_bound(site: Site):
    bomb = gzip.compress(b"0" * 50_000_000)
    site.pages["/"] = Reply(bomb, headers={"Content-Encoding": "gzip"})
    page = here(site, most=100_000)
    assert (len(page.body), page.is_whole) == (100_000, False)
    site.pages["/"] = Reply(gzip.compress(b"small"), headers={"Content-Encoding": "gzip"})
    assert here(site).body == b"small"
    site.pages["/"] = Reply(b"no gzip at all", headers={"Content-Encoding": "gzip"})
    with pytest.raises(NotSent):
        here(site)
    site.pages["/"] = Reply(b"?", headers={"Content-Encoding": "br"})
    with pytest.raises(NotSent):
        here(site)


@pytest.mark.parametrize("size", [None, 1000])
def test_who_drips_a_page_is_cut_off(site: Site, size: int | None):
    gone = threading.Event()

    def drip(out) -> None:
        try:
            while not gone.wait(0.02):
                out.write(b"x")
                out.flush()
        finally:
            gone.set()

    headers = {"Content-Length": str(size)} if size else {}
    site.pages["/"] = Reply(drip=drip, headers=headers)
    began = time.monotonic()
    with pytest.raises(NotSent, match="no answer within"):
        here(site, seconds=0.3)
    assert time.monotonic() - began < 5
    gone.set()


def test_a_dripped_answer_does_not_hold_a_message_either(site: Site):
    """`post` reads the first bytes of an answer; who sends them one by one is cut off too."""
    listener = socket.create_server(("127.0.0.1", 0))
    stop = threading.Event()

    def serve() -> None:
        peer, _from = listener.accept()
        with peer:
            peer.recv(4096)
            peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 400\r\nConnection: close\r\n\r\n")
            try:
                while not stop.wait(0.02):
                    peer.sendall(b"x")
            except OSError:
                pass

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    began = time.monotonic()
    with pytest.raises(NotSent, match="no answer within"):
        post(f"http://127.0.0.1:{listener.getsockname()[1]}/", b"{}", {}, seconds=0.3, private_too=True)
    assert time.monotonic() - began < 5
    stop.set()
    thread.join(5)
    listener.close()


def test_a_name_that_is_looked_up_for_ever_costs_no_more_than_the_time(monkeypatch):
    stop = threading.Event()
    monkeypatch.setattr(outgoing.socket, "getaddrinfo", lambda *_a, **_k: stop.wait(20))
    began = time.monotonic()
    with pytest.raises(NotSent, match="no answer within"):
        get("https://slow.nusa.test/", seconds=0.2)
    assert time.monotonic() - began < 5
    stop.set()


@pytest.mark.parametrize(
    ("kind", "body", "text"),
    [
        ("text/html; charset=iso-8859-1", "Café".encode("latin-1"), "Café"),
        ("text/html", '<meta charset="shift_jis">日本'.encode("shift_jis"), '<meta charset="shift_jis">日本'),
        ("text/html; charset=utf-8", "\ufeffHalo".encode(), "Halo"),
        ("text/html; charset=nonsense", b"Halo", "Halo"),
        ("text/html; charset=punycode", b"Halo-", "Halo-"),
    ],
)
def test_a_page_is_read_in_its_own_letters(site: Site, kind: str, body: bytes, text: str):
    site.pages["/"] = Reply(body, kind=kind)
    assert here(site).text == text


def test_the_sentence_can_be_said_in_the_readers_language():

    with pytest.raises(NotSent) as refusal:
        get("ftp://nusa.test/")
    with translation.override("id"):
        assert (
            sentence(refusal.value.why, refusal.value.details)
            == "Tulis alamat yang diawali https:// atau http://."
        )
