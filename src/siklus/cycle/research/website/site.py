"""What belongs to one site."""

from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from siklus.platform.i18n.keys import SHARED_HOSTS
from siklus.platform.web.outgoing import target_of


class NoSiteOfTheirOwn(ValueError):
    """A page where every company is a guest. The text is for people."""


def site_of(host: str) -> str:
    """The name under which a site and its subdomains meet: the host without www."""
    host = host.lower().rstrip(".")
    return host[4:] if host.startswith("www.") and host.count(".") > 1 else host


def is_same_site(site: str, host: str) -> bool:
    """Is this host the site itself or below it? Above it stands somebody else: blogs of one provider share a domain."""
    host = site_of(host)
    return host == site or host.endswith(f".{site}")


def addresses_to_try(website: str) -> list[str]:
    """Where a website as people typed it may be. Raises NotSent for what is no address, NoSiteOfTheirOwn for guests."""
    website = website.strip()
    typed = "://" in website
    tried = [website] if typed else [f"https://{website}", f"http://{website}"]
    site = site_of(target_of(tried[0]).host)
    if site in SHARED_HOSTS:
        raise NoSiteOfTheirOwn(
            _("A page on %(host)s is no website of their own. Write the company's own website.")
            % {"host": site}
        )
    return tried


def site_at(address: str) -> str:
    """The site of an address that was checked before."""
    return site_of(target_of(address).host)


def is_below(site: str, url: str) -> bool:
    """Does an address lead to this site? Whatever is no address does not."""
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and is_same_site(site, parts.hostname or "")
    except ValueError:
        return False
