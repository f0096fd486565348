"""What a page says about its company for machines: schema.org in JSON-LD."""

import json
import re
from collections.abc import Iterator
from typing import Any

from babel import Locale
from selectolax.lexbor import LexborHTMLParser

from siklus.cycle.research.website.found import Found, Way, clean, is_past_year
from siklus.cycle.research.website.site import is_below

LARGEST = 300_000
MOST_NODES = 200
MOST_PRODUCTS = 12
# Kinds of organisations that say so in their name, and those that do not.
_ORGANISATION = re.compile(r"(Organization|Business|Service|Store|Agency|Corporation|Office)$")
_OTHERS = frozenset(
    "NGO Airline Consortium Dentist Hospital Hotel Restaurant School CollegeOrUniversity BankOrCreditUnion Bank "
    "Physician Pharmacy Library Resort Motel Bakery Attorney Notary Plumber Electrician Project".split()
)
_ABOUT = ("publisher", "about", "mainEntity", "provider", "sourceOrganization", "copyrightHolder")
_YEAR = re.compile(r"\b(1[5-9]\d\d|20\d\d)\b")


def structured(html: LexborHTMLParser, url: str, site: str) -> Iterator[Found]:
    """The values of the company itself; what is said of others is left out."""
    nodes = list(_nodes(html))
    told = [one for one in nodes if _is_organisation(one) and _is_theirs(one, site)]
    for node in told[:3]:
        for key, value in _organisation(node):
            if value:
                yield Found(key, value, Way.STRUCTURED, url)
    if products := _products(nodes, told):
        yield Found("products", products, Way.STRUCTURED, url)


def links_of(html: LexborHTMLParser, site: str) -> list[str]:
    """The profiles elsewhere that the company says are its own."""
    found = []
    for node in _nodes(html):
        if _is_organisation(node) and _is_theirs(node, site):
            found += [one for one in _many(node.get("sameAs")) if isinstance(one, str)]
    return found[:30]


def _nodes(html: LexborHTMLParser) -> Iterator[dict[str, Any]]:
    """The things that stand at the top, in a graph, or are what the page is about."""
    left = MOST_NODES
    for script in html.css('script[type="application/ld+json"]')[:20]:
        text = script.text(deep=True)
        if len(text) > LARGEST:
            continue
        try:
            top = json.loads(text, strict=False)
        except (ValueError, RecursionError):
            continue
        for one in _many(top):
            for node in (one, *_many(one.get("@graph"))) if isinstance(one, dict) else ():
                if not isinstance(node, dict):
                    continue
                named = (node.get(key) for key in _ABOUT)
                for found in (node, *(each for value in named for each in _many(value))):
                    if isinstance(found, dict) and left:
                        left -= 1
                        yield found


def _many(value: Any) -> list[Any]:
    if value is None:
        return []
    return value[:100] if isinstance(value, list) else [value]


def _types(node: dict[str, Any]) -> list[str]:
    return [str(one).rpartition("/")[2] for one in _many(node.get("@type"))]


def _is_organisation(node: dict[str, Any]) -> bool:
    return any(one in _OTHERS or _ORGANISATION.search(one) for one in _types(node))


def _is_theirs(node: dict[str, Any], site: str) -> bool:
    """About the company whose site it is: it names no other site as its own."""
    urls = [one for one in _many(node.get("url")) if isinstance(one, str) and one.startswith("http")]
    return not urls or any(is_below(site, one) for one in urls)


def _organisation(node: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield "legal_name", clean(node.get("legalName"), 250)
    yield "description", clean(node.get("description"), 500)
    yield "industry", clean(_name(node.get("industry")), 120)
    yield "founded", _year(node.get("foundingDate"))
    yield "employees", _employees(node.get("numberOfEmployees"))
    yield "keywords", _joined(node.get("keywords") or node.get("knowsAbout"))
    for phone in (*_many(node.get("telephone")), *_of_points(node, "telephone")):
        yield "phone", clean(phone, 40)
    for email in (*_many(node.get("email")), *_of_points(node, "email")):
        yield "email", clean(email, 120).removeprefix("mailto:")
    for address in _many(node.get("address"))[:1]:
        yield from _address(address)


def _of_points(node: dict[str, Any], key: str) -> list[Any]:
    points = [one for one in _many(node.get("contactPoint")) if isinstance(one, dict)]
    return [value for one in points for value in _many(one.get(key))]


def _address(address: Any) -> Iterator[tuple[str, str]]:
    if not isinstance(address, dict):
        yield "address", clean(address, 300)
        return
    country = clean(_name(address.get("addressCountry")), 120)
    country = Locale("en").territories.get(country.upper(), country) if len(country) == 2 else country
    parts = [
        clean(address.get(key), 200)
        for key in ("streetAddress", "addressLocality", "addressRegion", "postalCode")
    ]
    yield "address", clean(", ".join(dict.fromkeys(one for one in (*parts, country) if one)), 300)
    yield "city", clean(address.get("addressLocality"), 120)
    yield "country", country


def _name(value: Any) -> Any:
    first = next(iter(_many(value)), None)
    return first.get("name") if isinstance(first, dict) else first


def _year(value: Any) -> str:
    found = _YEAR.search(clean(value, 40))
    return found[1] if found and is_past_year(found[1]) else ""


def _employees(value: Any) -> str:
    """A number, or the lower end of a span: what is certain."""
    value = next(iter(_many(value)), None)
    if isinstance(value, dict):
        value = value.get("value") or value.get("minValue")
    text = clean(value, 20).replace(".", "").replace(",", "")
    return str(int(text)) if text.isascii() and text.isdecimal() and 0 < int(text) < 10_000_000 else ""


def _joined(value: Any) -> str:
    words = [clean(_name(one), 60) for one in _many(value)]
    return clean(", ".join(dict.fromkeys(filter(None, words))), 300)


def _products(nodes: list[dict[str, Any]], told: list[dict[str, Any]]) -> str:
    names = [clean(one.get("name"), 80) for one in nodes if "Product" in _types(one)]
    for node in told:
        catalogue = next(iter(_many(node.get("hasOfferCatalog"))), None)
        offers = _many(node.get("makesOffer"))
        offers += _many(catalogue.get("itemListElement")) if isinstance(catalogue, dict) else []
        for offer in offers:
            if isinstance(offer, dict):
                names.append(clean(_name(offer.get("itemOffered") or offer.get("name")), 80))
    return ", ".join(list(dict.fromkeys(filter(None, names)))[:MOST_PRODUCTS])
