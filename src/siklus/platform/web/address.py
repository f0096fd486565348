"""Addresses of ours for mails: there is no request to ask where we are."""

from django.conf import settings


def public_address(path: str) -> str:
    """The whole address of a page, by SIKLUS_URL; without it by the first host that is no machine of ours."""
    return base_address() + path


def base_address() -> str:
    given = settings.SIKLUS_URL.rstrip("/")
    if given:
        return str(given)
    hosts = [one.lstrip(".") for one in settings.ALLOWED_HOSTS if one not in LOCAL]
    scheme = "https" if settings.SECURE else "http"
    return f"{scheme}://{hosts[0]}" if hosts else "http://localhost:8000"


LOCAL = frozenset({"*", "localhost", "127.0.0.1", "[::1]", "testserver"})
