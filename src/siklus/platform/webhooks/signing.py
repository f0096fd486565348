"""Signatures of Standard Webhooks: HMAC-SHA256 over `id.timestamp.body`, one for each secret that is valid."""

import base64
import hashlib
import hmac
import secrets

PREFIX = "whsec_"


def new_secret() -> str:
    """32 random bytes, written as the standard writes them."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    digest = hmac.new(key, f"{message_id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def headers(valid: list[str], message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """What goes with a message: while a secret is being changed, a signature by each."""
    return {
        "Content-Type": "application/json",
        "User-Agent": "Siklus-Webhooks/1",
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signature(one, message_id, timestamp, body) for one in valid),
    }
