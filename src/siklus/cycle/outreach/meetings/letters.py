"""The mail to a guest: words in their language, and the part that their calendar understands."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from siklus.cycle.outreach.actions import Letter
from siklus.cycle.outreach.meetings.models import Answering, Told
from siklus.cycle.outreach.models import Purpose
from siklus.platform.accounts.models import User
from siklus.platform.i18n.formats import moment
from siklus.platform.mail.calendars import Answer, Appointment, cancel, request
from siklus.platform.mail.models import Mailbox


@dataclass(frozen=True)
class Invited:
    """To whom the mail goes, and what it says beside when and where. `guests` are (name, address) of everybody invited."""

    title: str
    host: User
    name: str
    address: str
    guests: tuple[tuple[str, str], ...]
    more: tuple[str, ...] = ()
    note: str = ""


def new_uid(mailbox: Mailbox) -> str:
    return f"{secrets.token_hex(12)}@{mailbox.address.rpartition('@')[2]}"


def invitation_letter(told: Told, one: Invited, *, at: datetime, is_off: bool = False) -> Letter:
    """An invitation, a newer version of it, or that it will not be. In the language that holds, times as the host's."""
    is_off = is_off or told.is_withdrawn
    with timezone.override(one.host.zone):
        text = words(told, one, is_off=is_off)
        appointment = Appointment(
            uid=told.uid, sequence=told.sequence, starts_at=told.starts_at, ends_at=told.ends_at, title=one.title,
            text=text, place=told.where, organizer=(told.mailbox.from_name or one.host.name, told.mailbox.address),
            guests=one.guests,
        )  # fmt: skip
        if is_off:
            subject, calendar, method = _("Cancelled: %(title)s"), cancel(appointment, at=at), "CANCEL"
        else:
            subject = _("Changed: %(title)s") if told.sequence else _("Invitation: %(title)s")
            calendar, method = request(appointment, at=at), "REQUEST"
        return Letter(
            subject=f"{subject % {'title': one.title}}, {when(told.starts_at)}", text=text, address=one.address,
            purpose=Purpose.MEETING, at_once=True, calendar=calendar, calendar_method=method,
        )  # fmt: skip


def words(told: Told, one: Invited, *, is_off: bool = False) -> str:
    """When, where, with whom, and what else is to say."""
    lines = [_("Hello %(name)s,") % {"name": one.name}, ""]
    if is_off:
        text = _("the appointment of %(when)s will not take place: %(title)s.")
        lines.append(text % {"when": when(told.starts_at), "title": one.title})
    else:
        lines += [one.title, f"{when(told.starts_at)} ({one.host.time_zone})"]
        lines += [told.where] if told.where else []
        lines += [_("with %(name)s") % {"name": one.host.name}, *one.more]
    if one.note.strip():
        lines += ["", one.note.strip()]
    return "\n".join(lines)


def when(moment_: datetime) -> str:
    """Without the hard spaces of a page: mail programs break lines themselves."""
    return moment(moment_).replace("\xa0", " ")


def noted(guest: Answering, told: Told, answer: Answer, at: datetime) -> bool:
    """Put an answer on the guest, not yet saved. False: it is to an older version, somebody else's, or known already."""
    if answer.address != guest.address.lower() or answer.sequence < told.sequence:
        return False
    if (guest.reply, guest.reply_note) == (answer.answer, answer.comment):
        return False
    guest.reply, guest.reply_note, guest.replied_at = answer.answer, answer.comment, at
    return True


def listed(head: str, rows: Iterable[str]) -> tuple[str, ...]:
    """Lines under a heading, set off; nothing when there are none."""
    rows = list(rows)
    return ("", head, *(f"- {row}" for row in rows)) if rows else ()
