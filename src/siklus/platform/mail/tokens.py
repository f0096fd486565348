"""The signed mark of a mail of ours: in the Message-ID, which answers repeat, and in the plus-address to answer to."""

import base64
import hmac
import re
import secrets
from collections.abc import Iterable

from siklus.platform.mail.sealing import derived

_MARK = re.compile(r"s1-([a-z2-7]{16})-([a-z2-7]{16})(?=@)", re.IGNORECASE)


def new_key() -> str:
    return base64.b32encode(secrets.token_bytes(10)).decode().lower()


def _signature(key: str) -> str:
    digest = hmac.digest(derived("token"), key.encode(), "sha256")
    return base64.b32encode(digest[:10]).decode().lower()


def mark_of(key: str) -> str:
    return f"s1-{key}-{_signature(key)}"


def message_id_of(key: str, address: str) -> str:
    return f"<{mark_of(key)}@{address.rpartition('@')[2]}>"


def reply_address(key: str, address: str) -> str:
    """rani@nusa.id becomes rani+s1-…@nusa.id."""
    name, _, domain = address.rpartition("@")
    return f"{name}+{mark_of(key)}@{domain}"


def keys_in(texts: Iterable[str]) -> list[str]:
    """The keys of all marks that we signed ourselves, in their order; forged ones are none."""
    found: dict[str, None] = {}
    for text in texts:
        for match in _MARK.finditer(text):
            key, signature = match[1].lower(), match[2].lower()
            if hmac.compare_digest(_signature(key), signature):
                found[key] = None
    return list(found)
