"""What a site allows a visitor like us (RFC 9309)."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from protego import Protego

from siklus.platform.web.reading import PRODUCT, Page

LARGEST = 500_000


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one host. Without `told` everything is allowed, and nothing while it `is_closed`."""

    told: Protego | None = None
    is_closed: bool = False

    def allow(self, url: str) -> bool:
        if self.is_closed:
            return False
        return self.told is None or bool(self.told.can_fetch(url, PRODUCT))

    @property
    def pause(self) -> float:
        """How long to wait between two requests, in seconds; 0 when the site does not say."""
        return float(self.told.crawl_delay(PRODUCT) or 0) if self.told is not None else 0.0

    @property
    def sitemaps(self) -> list[str]:
        return list(self.told.sitemaps)[:3] if self.told is not None else []


def rules_from(page: Page) -> Rules:
    """What the answer to /robots.txt means: no such file allows all, a server in trouble allows nothing."""
    if 200 <= page.status < 300:
        return Rules(Protego.parse(page.text))
    return Rules(is_closed=page.status >= 500 or page.status == 429)


def address_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/robots.txt"
