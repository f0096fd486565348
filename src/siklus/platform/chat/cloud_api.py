"""The WhatsApp Cloud API as its maker documents it: messages by POST, calls of theirs signed with the app's secret."""

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from siklus.platform.chat.models import Line, Outgoing
from siklus.platform.chat.provider import Came, Moved, NotTaken, Remedy
from siklus.platform.i18n.keys import phone_key
from siklus.platform.mail.sealing import CannotUnseal, unseal
from siklus.platform.web.outgoing import NotSent, post

URL = "https://graph.facebook.com"
VERSION = "v23.0"
SECONDS = 15.0
ANSWER = 20_000  # bytes
LONGEST = 4096  # letters of a text
STATES = ("sent", "delivered", "read", "failed")
# What their codes ask for. Others go by the status of the answer.
LATER = frozenset({4, 80007, 130429, 131048, 131056, 131057, 133004, 368})
OF_THE_LINE = frozenset({0, 3, 10, 190, 131005, 131031, 131042, 131045, 133000, 133005, 133006, 133010})
SENTENCES = {
    131047: gettext_noop("More than 24 hours have passed since they wrote last. Send an approved template."),
    131026: gettext_noop("This number cannot be reached by WhatsApp."),
    131049: gettext_noop("WhatsApp holds this message back, because the person got many of this kind."),
    131050: gettext_noop("They asked WhatsApp for no more messages of this kind from us."),
    132000: gettext_noop("The approved template has another number of blanks than were filled in."),
    132001: gettext_noop("WhatsApp knows no approved template of this name in this language."),
    132012: gettext_noop("The approved template expects other values."),
    132015: gettext_noop("WhatsApp paused this template because of its quality."),
    132016: gettext_noop("WhatsApp disabled this template because of its quality."),
    190: gettext_noop("The access token does not hold any more. Write a new one under Settings, WhatsApp."),
    133010: gettext_noop("The number is not registered with the Cloud API."),
}


class CloudApi:
    def send(self, line: Line, message: Outgoing) -> str:
        try:
            token = unseal(line.sealed_token)
        except CannotUnseal as error:
            raise NotTaken(Remedy.LINE, _("The access token has to be typed again.")) from error
        url = f"{line.api_url.rstrip('/')}/{line.api_version}/{line.phone_number_id}/messages"
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        body = json.dumps(body_of(message)).encode()
        try:
            answer = post(
                url, body, headers, seconds=SECONDS, private_too=settings.CHAT_PRIVATE_HOSTS, most=ANSWER
            )
        except NotSent as error:
            raise NotTaken(Remedy.LATER if error.never_left else Remedy.UNKNOWN, str(error)) from error
        told = _object(answer.excerpt)
        if 200 <= answer.status < 300:
            first = next(iter(_list(told.get("messages"))), None)
            provider_id = str(first.get("id") or "") if isinstance(first, dict) else ""
            if not provider_id:
                raise NotTaken(Remedy.UNKNOWN, _("WhatsApp took it without saying how it is called."))
            return provider_id[:200]
        raise NotTaken(*_refusal(answer.status, told))

    def is_genuine(self, line: Line, headers: Mapping[str, str], body: bytes) -> bool:
        try:
            secret = unseal(line.sealed_app_secret)
        except CannotUnseal:
            return False
        given = headers.get("X-Hub-Signature-256", "").removeprefix("sha256=")
        right = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        return bool(secret) and hmac.compare_digest(given.encode(), right.encode())

    def told(self, line: Line, body: bytes) -> list[Came | Moved]:
        found: list[Came | Moved] = []
        for entry in _dicts(_object(body.decode("utf-8", "replace")).get("entry")):
            for change in _dicts(entry.get("changes")):
                value = change.get("value")
                if not isinstance(value, dict) or change.get("field") != "messages":
                    continue
                meta = value.get("metadata")
                if not isinstance(meta, dict) or str(meta.get("phone_number_id")) != line.phone_number_id:
                    continue
                found += _came(value)
                found += _moved(value)
        return found


def body_of(message: Outgoing) -> dict[str, Any]:
    """A message in the words of the API."""
    body: dict[str, Any] = {
        "messaging_product": "whatsapp", "recipient_type": "individual", "to": message.to.lstrip("+"),
        "biz_opaque_callback_data": message.key,
    }  # fmt: skip
    if message.answers:
        body["context"] = {"message_id": message.answers}
    if not message.template:
        return {**body, "type": "text", "text": {"preview_url": False, "body": message.text}}
    template: dict[str, Any] = {
        "name": message.template, "language": {"code": message.template_language},
    }  # fmt: skip
    if message.template_values:
        values = [{"type": "text", "text": value} for value in message.template_values]
        template["components"] = [{"type": "body", "parameters": values}]
    return {**body, "type": "template", "template": template}


def _refusal(status: int, told: dict[str, Any]) -> tuple[Remedy, str]:
    error = told.get("error")
    error = error if isinstance(error, dict) else {}
    code = error.get("code")
    reason = _reason(error) or _("WhatsApp answered with error %(status)s.") % {"status": status}
    if code in LATER or status == 429:
        return Remedy.LATER, reason
    if code in OF_THE_LINE or status in (401, 403) or (isinstance(code, int) and 200 <= code < 300):
        return Remedy.LINE, reason
    return (Remedy.UNKNOWN if status >= 500 else Remedy.NEVER), reason


def _reason(error: dict[str, Any]) -> str:
    """What a code means, else what they say."""
    code = error.get("code")
    if isinstance(code, int) and code in SENTENCES:
        return _(SENTENCES[code])
    data = error.get("error_data")
    details = data.get("details") if isinstance(data, dict) else ""
    text = str(details or error.get("message") or error.get("title") or "")[:300]
    return f"{text} ({code})" if text and code is not None else text


def _came(value: dict[str, Any]) -> Iterator[Came]:
    names: dict[str, str] = {}
    for one in _dicts(value.get("contacts")):
        profile = one.get("profile")
        if isinstance(profile, dict):
            names[str(one.get("wa_id"))] = str(profile.get("name") or "")[:120]
    for one in _dicts(value.get("messages")):
        number = phone_key(f"+{one.get('from')}") or ""
        provider_id, at = str(one.get("id") or ""), _moment(one.get("timestamp"))
        if not number or not provider_id or len(provider_id) > 200 or at is None:
            continue
        kind, context = str(one.get("type") or "unknown")[:20], one.get("context")
        answers = str(context.get("id") or "")[:200] if isinstance(context, dict) else ""
        text = _text(one, kind).replace("\0", "")[:20_000]
        yield Came(provider_id, number, names.get(str(one.get("from")), ""), kind, text, answers, at)


def _text(one: dict[str, Any], kind: str) -> str:
    """What a message says in words: its text, the button pressed, the caption or the name of a file."""
    part = one.get(kind)
    if not isinstance(part, dict):
        return ""
    if kind == "interactive":
        part = part.get(str(part.get("type"))) or {}
    for name in ("body", "text", "title", "caption", "emoji", "filename", "name"):
        if isinstance(part, dict) and isinstance(part.get(name), str):
            return str(part[name])
    return ""


def _moved(value: dict[str, Any]) -> Iterator[Moved]:
    for one in _dicts(value.get("statuses")):
        state, at = str(one.get("status") or ""), _moment(one.get("timestamp"))
        provider_id = str(one.get("id") or "")[:200]
        if state not in STATES or not provider_id or at is None:
            continue
        error = next(iter(_dicts(one.get("errors"))), {})
        reason = _reason(error) or (_("WhatsApp could not deliver it.") if state == "failed" else "")
        yield Moved(provider_id, str(one.get("biz_opaque_callback_data") or "")[:16], state, reason, at)


def _moment(seconds: Any) -> datetime | None:
    try:
        return datetime.fromtimestamp(int(seconds), UTC)
    except (ValueError, TypeError, OverflowError, OSError):
        return None


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _list(value: Any) -> list[Any]:
    return value[:1000] if isinstance(value, list) else []


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [one for one in _list(value) if isinstance(one, dict)]
