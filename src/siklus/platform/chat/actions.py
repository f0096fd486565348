"""What can happen to a line."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from siklus.platform.accounts.models import User
from siklus.platform.chat.cloud_api import URL, VERSION
from siklus.platform.chat.facts import LineAdded, LineChanged, LineRetired
from siklus.platform.chat.models import Line
from siklus.platform.i18n.keys import phone_key
from siklus.platform.journal.record import record
from siklus.platform.mail.sealing import seal
from siklus.platform.web.outgoing import NotSent, refuse_private_literal, target_of

SECRETS = {"token": "sealed_token", "app_secret": "sealed_app_secret", "verify_token": "sealed_verify_token"}
EDITABLE = ("name", "number", "api_url", "api_version", "phone_number_id", "owner")


class ChatRefused(ValueError):
    """It cannot be so. The text is for people; `field` says where the remedy is."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message, self.field = message, field


@transaction.atomic
def add_line(*, name: str, by: User | None, at: datetime, **values: Any) -> Line:
    """Connect a number. Secrets are sealed before they are stored; the words to verify by are made when none are given."""
    line = Line(api_url=URL, api_version=VERSION, key=get_random_string(32), created_at=at, updated_at=at)
    values = {"verify_token": get_random_string(32), **{key: one for key, one in values.items() if one != ""}}
    _set(line, {"name": name, **values})
    _check(line)
    line.save()
    record(LineAdded(line=line.pk, title=line.name), by=by, at=at)
    return line


@transaction.atomic
def edit_line(*, line: Line, by: User | None, at: datetime, **values: Any) -> Line:
    """Change a line. An empty secret keeps the one that is known."""
    line = Line.objects.select_for_update(of=("self",)).get(pk=line.pk)
    if line.retired_at is not None:
        raise ChatRefused(_("This line is not in use any more."))
    changed = _set(line, {key: one for key, one in values.items() if key not in SECRETS or one})
    if not changed:
        return line
    _check(line)
    line.updated_at, line.error = at, ""
    line.save()
    record(LineChanged(line=line.pk, title=line.name, fields=tuple(changed)), by=by, at=at)
    return line


@transaction.atomic
def retire_line(*, line: Line, by: User | None, at: datetime) -> Line:
    """Send and take in no more by it. Its messages stay, its secrets go."""
    line = Line.objects.select_for_update(of=("self",)).get(pk=line.pk)
    if line.retired_at is not None:
        return line
    line.retired_at = line.updated_at = at
    line.sealed_token = line.sealed_app_secret = line.sealed_verify_token = ""
    line.save()
    record(LineRetired(line=line.pk, title=line.name), by=by, at=at)
    return line


def _set(line: Line, values: dict[str, Any]) -> list[str]:
    """Put values on it; the names of what changed."""
    changed = []
    for name, value in values.items():
        if isinstance(value, str):
            value = value.strip()
        if name in SECRETS:
            setattr(line, SECRETS[name], seal(value))
            changed.append(name)
            continue
        if name not in EDITABLE:
            raise ChatRefused(_("“%(field)s” cannot be changed here.") % {"field": name}, field=name)
        if getattr(line, name) != value:
            setattr(line, name, value)
            changed.append(name)
    return changed


def _check(line: Line) -> None:
    line.name = " ".join(line.name.split())[:80]
    if not line.name:
        raise ChatRefused(_("Give the line a name."), field="name")
    number = phone_key(line.number)
    if number is None:
        raise ChatRefused(
            _("“%(value)s” is not a phone number. Write it as 0812… or +62….") % {"value": line.number},
            field="number",
        )
    line.number = number
    if not (
        line.phone_number_id.isascii() and line.phone_number_id.isdecimal() and len(line.phone_number_id) < 40
    ):
        raise ChatRefused(
            _("The phone number ID is a number from WhatsApp Manager."), field="phone_number_id"
        )
    others = Line.objects.filter(phone_number_id=line.phone_number_id, retired_at=None).exclude(pk=line.pk)
    if others.exists():
        raise ChatRefused(_("This number is connected already."), field="phone_number_id")
    digits = line.api_version.removeprefix("v").replace(".", "", 1)
    if not (line.api_version.startswith("v") and digits.isascii() and digits.isdecimal() and len(digits) < 6):
        raise ChatRefused(_("Write the version of the API as v23.0."), field="api_version")
    try:
        target = target_of(line.api_url)
        refuse_private_literal(target, private_too=settings.CHAT_PRIVATE_HOSTS)
    except NotSent as refusal:
        raise ChatRefused(str(refusal), field="api_url") from refusal
    if target.scheme != "https" and not settings.CHAT_PRIVATE_HOSTS:
        raise ChatRefused(_("The access token travels by https:// only."), field="api_url")
    for name, sealed in SECRETS.items():
        if not getattr(line, sealed):
            raise ChatRefused(_("This is needed: without it nothing comes or goes."), field=name)
