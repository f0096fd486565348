"""One visit to the website of a company: robots.txt, the home page, and a handful of pages that it links to.

One request at a time, with a pause between two, within limits of size, number and time. The pages of another site are not
read: a domain that was sold must not tell us who the company is.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from siklus.cycle.research.website import robots
from siklus.cycle.research.website.extract import best, parsed, values_of
from siklus.cycle.research.website.found import Found
from siklus.cycle.research.website.links import pages_named, pages_to_visit
from siklus.cycle.research.website.robots import Rules
from siklus.cycle.research.website.site import is_below, site_at
from siklus.platform.web.outgoing import NotSent, target_of
from siklus.platform.web.reading import Page, get

MOST_PAGES = 5
SECONDS = 10.0  # for one page
ALTOGETHER = 90.0
LONGEST_PAUSE = 10.0  # who asks for longer pauses gets one page read
LARGEST = 2_000_000
HTML = frozenset({"text/html", "application/xhtml+xml"})


@dataclass(slots=True)
class Visit:
    """What came of it. `outcome` and `details` are told in words by `words.py`."""

    outcome: str = "read"
    details: dict[str, Any] = field(default_factory=dict)
    pages: list[dict[str, Any]] = field(default_factory=list)  # {"url", "outcome", "values"}
    found: list[Found] = field(default_factory=list)


class _Ended(Exception):
    """A page is not read, or the visit is over: `outcome` says why."""

    def __init__(self, outcome: str, **details: Any) -> None:
        super().__init__(outcome)
        self.outcome, self.details = outcome, details


class Visitor:
    """Goes to one site. `pause` in seconds between two requests, unless the site asks for more."""

    def __init__(self, site: str, *, region: str, private_too: bool, pause: float = 1.0) -> None:
        self.site, self.region, self.private_too, self.pause = site, region, private_too, pause
        self._rules: dict[str, Rules] = {}
        self._asked_at = 0.0
        self._until = time.monotonic() + ALTOGETHER

    def visit(self, addresses: list[str]) -> Visit:
        """Read the site whose home is at the first of these addresses that answers."""
        visit = Visit()
        try:
            home, html = self._home(addresses)
        except _Ended as end:
            visit.outcome, visit.details = end.outcome, end.details
            return visit
        chosen = self._chosen(home, html)  # before the text is taken out of the page
        self._take(visit, home, html)
        for url in chosen:
            if time.monotonic() >= self._until:
                break
            try:
                page = self._page(url)
                if all(page.url != one["url"] for one in visit.pages):
                    self._take(visit, page, parsed(page.text))
            except _Ended as end:
                visit.pages.append({"url": url, "outcome": end.outcome, "values": 0})
        visit.found = best(visit.found)
        visit.outcome = "read" if visit.found else "nothing"
        return visit

    def _take(self, visit: Visit, page: Page, html: LexborHTMLParser) -> None:
        values = values_of(html, page.url, site=self.site, region=self.region)
        visit.found += values
        visit.pages.append({"url": page.url, "outcome": "read", "values": len({one.key for one in values})})

    def _home(self, addresses: list[str]) -> tuple[Page, LexborHTMLParser]:
        last: _Ended | None = None
        for address in addresses:
            try:
                page = self._page(address)
            except _Ended as end:
                last = end
                if end.outcome != "unreachable":
                    break
            else:
                return page, parsed(page.text)
        assert last is not None
        raise last

    def _chosen(self, home: Page, html: LexborHTMLParser) -> list[str]:
        """The further pages, the ones that robots.txt closes left out."""
        rules = self._rules[_origin(home.url)]
        if rules.pause > LONGEST_PAUSE:
            return []
        found = pages_to_visit(html, home.url, self.site)
        if not found and rules.sitemaps:
            found = pages_named(self._sitemap(rules.sitemaps[0]), home.url, self.site)
        return [url for url in found if _origin(url) != _origin(home.url) or rules.allow(url)][
            : MOST_PAGES - 1
        ]

    def _sitemap(self, url: str) -> list[str]:
        """The addresses of a plain sitemap; nothing when it is none, or an index of others."""
        if not is_below(self.site, url):
            return []
        try:
            page = self._ask(url, accept="application/xml, text/xml", most=LARGEST)
        except _Ended:
            return []
        if page.status != 200 or "xml" not in page.media_type:
            return []
        return [node.text(strip=True) for node in parsed(page.text).css("url > loc")[:2000]]

    def _page(self, url: str) -> Page:
        page = self._ask(url, accept="text/html, application/xhtml+xml", most=LARGEST, may_go=self._check)
        if page.status != 200:
            raise _Ended("status", status=page.status)
        if page.media_type not in HTML:
            raise _Ended("no_page", media_type=page.media_type[:60])
        return page

    def _check(self, url: str) -> None:
        """Before each hop: is it still this site, and may we go there?"""
        if not is_below(self.site, url):
            raise _Ended("moved", host=target_of(url).host)
        rules = self._rules_for(url)
        if not rules.allow(url):
            raise _Ended("closed" if rules.is_closed else "robots", host=target_of(url).host)

    def _rules_for(self, url: str) -> Rules:
        origin = _origin(url)
        if origin not in self._rules:
            page = self._ask(robots.address_of(url), accept="text/plain", most=robots.LARGEST, at_once=True)
            self._rules[origin] = robots.rules_from(page)
        return self._rules[origin]

    def _ask(
        self, url: str, *, accept: str, most: int, may_go: Callable[[str], None] | None = None, at_once: bool = False,
    ) -> Page:  # fmt: skip
        """One request, not too soon after the last. robots.txt, which says how soon, is asked for at once."""
        if may_go is not None:
            may_go(url)
        said = max((rules.pause for rules in self._rules.values()), default=0.0)
        wait = self._asked_at + min(max(self.pause, said), LONGEST_PAUSE) - time.monotonic()
        if self._asked_at and wait > 0 and not at_once:
            time.sleep(wait)
        left = self._until - time.monotonic()
        if left <= 0:
            raise _Ended("unreachable", why="slow", details={"count": round(ALTOGETHER)})
        try:
            return get(
                url,
                accept=accept,
                most=most,
                seconds=min(SECONDS, left),
                private_too=self.private_too,
                may_go=may_go,
            )
        except NotSent as error:
            raise _Ended("unreachable", why=error.why, details=error.details) from error
        finally:
            self._asked_at = time.monotonic()


def visit_site(addresses: list[str], *, region: str, private_too: bool, pause: float = 1.0) -> Visit:
    """Visit the website at the first of these addresses that answers. Never raises for what a site does."""
    visitor = Visitor(site_at(addresses[0]), region=region, private_too=private_too, pause=pause)
    return visitor.visit(addresses)


def _origin(url: str) -> str:
    target = target_of(url)
    return f"{target.scheme}://{target.named}"
