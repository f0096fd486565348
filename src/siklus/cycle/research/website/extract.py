"""What a page tells about its company: by schema.org, by its head, by its links, and least of all by its words.

Pure functions. Whatever a page holds, it gives less, never an error. People's own addresses are left alone: of e-mail
only what a company hands out for a role (info@, sales@) is taken, and only on its own domain.
"""

import re
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

import phonenumbers
from babel import Locale, UnknownLocaleError
from selectolax.lexbor import LexborHTMLParser

from siklus.cycle.research.website.found import Found, Way, clean, is_past_year
from siklus.cycle.research.website.site import is_same_site
from siklus.cycle.research.website.structured import links_of, structured
from siklus.platform.i18n.keys import email_key

MOST_TEXT = 60_000
MOST_LINKS = 3_000
ROLES = frozenset(
    """
    info hello halo hi contact contactus contact-us kontak hubungi sales penjualan marketing pemasaran support bantuan
    help helpdesk cs care customercare customer-care customerservice customer-service service layanan office kantor
    admin corporate corsec corporatesecretary sekretariat secretary hr hrd career careers karir karier recruitment
    rekrutmen jobs press media humas pr partnership partner partners kerjasama business bisnis enquiry enquiries inquiry
    mail email billing finance export procurement
    """.split()
)
# A profile of a company, not a button that shares the page.
NETWORKS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("linkedin", re.compile(r"(?:[a-z]{2,3}\.)?linkedin\.com/(?:company|school|showcase)/[^/?#]+")),
    ("instagram", re.compile(r"instagram\.com/(?!p/|reel|explore|share|accounts|stories)[A-Za-z0-9_.]+")),
    ("facebook", re.compile(r"(?:[a-z-]+\.)?facebook\.com/(?!sharer|share|dialog|plugins|tr\b|login|profile\.php)[^?#]+")),
    ("youtube", re.compile(r"youtube\.com/(?:@|c/|channel/|user/)[^/?#]+")),
    ("tiktok", re.compile(r"tiktok\.com/@[^/?#]+")),
    ("x", re.compile(r"(?:twitter|x)\.com/(?!intent|share|home|search|hashtag|i/)[A-Za-z0-9_]+")),
)  # fmt: skip
_EMAIL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,60}@(?:[A-Za-z0-9-]{1,63}\.){1,5}[A-Za-z]{2,24}")
_SINCE = re.compile(
    r"\b(?:berdiri|didirikan|sejak|since|founded|established)\b[^\d.]{0,24}\b(1[5-9]\d\d|20\d\d)\b",
    re.IGNORECASE,
)
_OWNER = re.compile(
    r"(?i:©|\(c\)|copyright|hak cipta)[^A-Za-z]{0,24}(?i:(?:by|oleh|copyright|milik)\W{1,3})?"
    r"((?:PT|CV)\.?\s+[A-Z][\w&.-]*(?:\s+[A-Z(][\w&.()-]*){0,6})"
)


def parsed(text: str) -> LexborHTMLParser:
    return LexborHTMLParser(text)


def values_of(html: LexborHTMLParser, url: str, *, site: str, region: str) -> list[Found]:
    """Everything that one page tells; `region` is the country of numbers without a country code."""
    links = [node.attributes.get("href") or "" for node in html.css("a[href]")[:MOST_LINKS]]
    found = [*structured(html, url, site), *_head(html, url), *_links(html, links, url, site)]
    found += _words(html, url, site, region)
    kept = (_settled(one, site, region) for one in found)
    return list(dict.fromkeys(one for one in kept if one is not None))


def best(found: list[Found]) -> list[Found]:
    """Of each value the surest finding, of equals the first. Further phone numbers become one value of their own."""
    chosen: dict[str, Found] = {}
    for one in found:
        if one.key not in chosen or one.way > chosen[one.key].way:
            chosen[one.key] = one
    if (first := chosen.get("phone")) is not None:
        rest = [
            one for one in found if one.key == "phone" and one.value != first.value and one.way > Way.TEXT
        ]
        if rest:
            numbers = ", ".join(list(dict.fromkeys(one.value for one in rest))[:5])
            chosen["other_phones"] = Found("other_phones", numbers, rest[0].way, rest[0].url)
    emails = [one for one in found if one.key == "email"]
    if emails:
        names = ", ".join(list(dict.fromkeys(one.value for one in emails))[:5])
        surest = max(emails, key=lambda one: one.way)
        chosen["email"] = Found("email", names, surest.way, surest.url)
    return list(chosen.values())


def _settled(one: Found, site: str, region: str) -> Found | None:
    """The value in its one form, or nothing when it is no such value."""
    if one.key in {"phone", "whatsapp"}:
        number = _number(one.value, region)
        return Found(one.key, number, one.way, one.url) if number else None
    if one.key == "email":
        address = email_key(one.value) or ""
        local, _at, domain = address.partition("@")
        is_theirs = local in ROLES and (is_same_site(site, domain) or site.endswith(f".{domain}"))
        return Found("email", address, one.way, one.url) if is_theirs else None
    return one if one.value else None


def _number(text: str, region: str) -> str:
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def _head(html: LexborHTMLParser, url: str) -> Iterator[Found]:
    meta: dict[str, str] = {}
    for node in html.css("meta[content]")[:200]:
        name = (node.attributes.get("name") or node.attributes.get("property") or "").lower()
        meta.setdefault(name, node.attributes.get("content") or "")
    yield Found(
        "description", clean(meta.get("description") or meta.get("og:description"), 500), Way.META, url
    )
    words = [clean(one, 60) for one in meta.get("keywords", "").split(",")[:12]]
    yield Found("keywords", clean(", ".join(filter(None, words)), 300), Way.META, url)
    tags = [node.attributes.get("lang") or "" for node in html.css("html[lang]")]
    tags += [node.attributes.get("hreflang") or "" for node in html.css("link[hreflang]")[:60]]
    names = dict.fromkeys(filter(None, map(_language, tags)))
    yield Found("languages", clean(", ".join(names), 200), Way.META, url)


def _language(tag: str) -> str:
    """What a language calls itself."""
    try:
        locale = Locale.parse(tag.strip().replace("-", "_").partition("_")[0].lower())
    except (ValueError, TypeError, UnknownLocaleError):
        return ""
    name = (
        {"id": "Bahasa Indonesia", "ms": "Bahasa Melayu"}.get(locale.language)
        or locale.get_display_name()
        or ""
    )
    return name[:1].upper() + name[1:]


def _links(html: LexborHTMLParser, links: list[str], url: str, site: str) -> Iterator[Found]:
    for link in links:
        scheme, _colon, rest = link.strip().partition(":")
        rest = unquote(rest).partition("?")[0]
        if scheme.lower() in {"tel", "callto"}:
            yield Found("phone", clean(rest.lstrip("/"), 40), Way.LINK, url)
        elif scheme.lower() == "mailto":
            yield Found("email", clean(rest, 120), Way.LINK, url)
        elif number := _chat(link):
            yield Found("whatsapp", number, Way.LINK, url)
    for own, way in ((links_of(html, site), Way.STRUCTURED), (links, Way.LINK)):
        for link in own:
            bare = link.strip().partition("://")[2].removeprefix("www.")
            for key, pattern in NETWORKS:
                if match := pattern.match(bare):
                    yield Found(key, clean(f"https://{match[0].rstrip('/')}", 300), way, url)


def _chat(link: str) -> str:
    """The number of a WhatsApp link."""
    try:
        parts = urlsplit(link)
    except ValueError:
        return ""
    host = (parts.hostname or "").removeprefix("www.")
    if host == "wa.me":
        digits = parts.path.strip("/").partition("/")[0]
    elif host in {"api.whatsapp.com", "web.whatsapp.com"}:
        digits = parts.query.partition("phone=")[2].partition("&")[0]
    else:
        return ""
    digits = unquote(digits).strip().lstrip("+")
    return f"+{digits}" if digits.isascii() and digits.isdecimal() and len(digits) < 16 else ""


def _words(html: LexborHTMLParser, url: str, site: str, region: str) -> Iterator[Found]:
    for node in html.css("address")[:3]:
        text = clean(node.text(deep=True, separator=" "), 300)
        if any(sign.isdigit() for sign in text) and len(text) > 20:
            yield Found("address", text, Way.TEXT, url)
            break
    html.strip_tags(["script", "style", "noscript", "template", "svg"])
    body = html.body
    text = body.text(deep=True, separator=" ")[:MOST_TEXT] if body is not None else ""
    for match in _EMAIL.findall(text)[:50]:
        yield Found("email", match, Way.TEXT, url)
    for number, _place in zip(
        phonenumbers.PhoneNumberMatcher(text, region, max_tries=200), range(5), strict=False
    ):
        yield Found("phone", number.raw_string, Way.TEXT, url)
    if (since := _SINCE.search(text)) and is_past_year(since[1]):
        yield Found("founded", since[1], Way.TEXT, url)
    if owner := _OWNER.search(" ".join(text.split())):
        yield Found("legal_name", clean(_without_tail(owner[1]), 120), Way.TEXT, url)


def _without_tail(name: str) -> str:
    """A company's name without the sentence that goes on behind it."""
    return re.split(r"\.\s|\bAll\b|\bHak\b|\bSeluruh\b|\bSemua\b", name)[0].rstrip(" .,")
