"""Secrets that the database keeps but nobody reads there: sealed with a key that follows from SECRET_KEY."""

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.encoding import force_bytes


class CannotUnseal(ValueError):
    """Sealed under another SECRET_KEY: the password has to be typed again."""


def derived(purpose: str, secret: str | bytes | None = None) -> bytes:
    """A key of 32 bytes for one purpose."""
    root = settings.SECRET_KEY if secret is None else secret
    return hmac.new(force_bytes(root), f"siklus mail {purpose}".encode(), hashlib.sha256).digest()


def _box() -> MultiFernet:
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(derived("password", one))) for one in secrets])


def seal(text: str) -> str:
    return _box().encrypt(text.encode()).decode() if text else ""


def unseal(sealed: str) -> str:
    """Raises CannotUnseal."""
    if not sealed:
        return ""
    try:
        return _box().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise CannotUnseal from error
