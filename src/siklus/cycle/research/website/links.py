"""Which pages of a site are worth a visit: the likely ones, each kind once, found from its own links."""

import re
from collections.abc import Iterable
from urllib.parse import urljoin, urlsplit

from django.utils.encoding import iri_to_uri
from selectolax.lexbor import LexborHTMLParser

from siklus.cycle.research.website.site import is_below

# What the path or the words of a link say, English and Indonesian, in the order in which pages are visited.
KINDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("contact", re.compile(r"\b(contacts?|contact-?us|kontak|hubungi|reach-us)\b")),
    ("about", re.compile(r"\b(about|about-?us|tentang|profil|profile|company|perusahaan|siapa-kami|who-we-are)\b")),
    ("products", re.compile(r"\b(products?|produk|services?|layanan|solutions?|solusi)\b")),
    ("careers", re.compile(r"\b(careers?|karir|karier|jobs?|lowongan|join-us)\b")),
)  # fmt: skip
NO_PAGES = re.compile(
    r"\.(pdf|jpe?g|png|gif|svg|webp|zip|docx?|xlsx?|pptx?|mp4|mp3|xml|json|css|js)$", re.IGNORECASE
)
LONGEST_PATH = 150
MOST_LINKS = 2_000


def pages_to_visit(html: LexborHTMLParser, url: str, site: str) -> list[str]:
    """One address per kind of page, from the links of the home page."""
    links = []
    for node in html.css("a[href]")[:MOST_LINKS]:
        if (address := _address(url, node.attributes.get("href") or "", site)) is not None:
            links.append((address, node.text(deep=True)[:80].lower()))
    return _best(links, already={_without_end(url)})


def pages_named(addresses: Iterable[str], url: str, site: str) -> list[str]:
    """The same from the addresses of a sitemap."""
    links = [(found, "") for one in addresses if (found := _address(url, one, site)) is not None]
    return _best(links, already={_without_end(url)})


def _best(links: list[tuple[str, str]], already: set[str]) -> list[str]:
    """Of each kind the shortest address whose path says so, else the first whose words do."""
    chosen: list[str] = []
    for _kind, pattern in KINDS:
        by_path = [one for one, _words in links if pattern.search(_path_words(one))]
        by_words = [one for one, words in links if pattern.search(words)]
        for address in (*sorted(dict.fromkeys(by_path), key=_depth), *by_words):
            if _without_end(address) not in already:
                already.add(_without_end(address))
                chosen.append(address)
                break
    return chosen


def _address(url: str, href: str, site: str) -> str | None:
    """The address of a link that stays on the site and leads to a page."""
    try:
        found = iri_to_uri(urljoin(url, href.strip()).partition("#")[0])
        parts = urlsplit(found)
    except ValueError:
        return None
    if not is_below(site, found) or NO_PAGES.search(parts.path) or len(parts.path) > LONGEST_PATH:
        return None
    return found


def _path_words(address: str) -> str:
    return urlsplit(address).path.lower().replace("_", "-")


def _depth(address: str) -> tuple[int, int]:
    parts = urlsplit(address)
    return parts.path.strip("/").count("/") + bool(parts.query), len(address)


def _without_end(address: str) -> str:
    return address.partition("?")[0].rstrip("/").removeprefix("https://").removeprefix("http://")
