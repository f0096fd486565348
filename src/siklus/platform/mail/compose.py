"""An outgoing mail as the message that is handed over."""

from datetime import datetime
from email.utils import format_datetime, formataddr

from django.core.mail import EmailMultiAlternatives
from django.utils.html import escape, urlize

from siklus.platform.mail.models import Outgoing, Way
from siklus.platform.mail.tokens import reply_address


def html_of(text: str) -> str:
    """Plain text as safe HTML: paragraphs, line breaks, links. Nothing that was typed becomes a tag."""
    paragraphs = [one for one in text.replace("\r\n", "\n").split("\n\n") if one.strip()]
    lines = [
        str(urlize(escape(one.strip("\n")), nofollow=True)).replace("\n", "<br>\n") for one in paragraphs
    ]
    return "\n".join(f"<p>{one}</p>" for one in lines)


def message_of(mail: Outgoing, connection: object, at: datetime) -> EmailMultiAlternatives:
    """Text and HTML, with the ids that keep a conversation together."""
    box = mail.mailbox
    headers = {"Date": format_datetime(at), **mail.headers, "Message-ID": mail.message_id}
    if mail.in_reply_to:
        headers["In-Reply-To"] = mail.in_reply_to
    if mail.references:
        headers["References"] = " ".join(mail.references)
    if box.way == Way.POSTMARK:
        headers["X-PM-KeepID"] = "true"
    replies = [reply_address(mail.key, box.address)] if box.plus_replies else None
    message = EmailMultiAlternatives(
        mail.subject, mail.text, formataddr((box.from_name, box.address)),
        to=[formataddr((name, address)) for name, address in mail.to],
        cc=[formataddr((name, address)) for name, address in mail.cc],
        reply_to=replies, headers=headers, connection=connection,
    )  # fmt: skip
    message.attach_alternative(mail.html or html_of(mail.text), "text/html")
    if mail.calendar:
        if box.way in (Way.SYSTEM, Way.SMTP):
            message.attach_alternative(mail.calendar, f"text/calendar; method={mail.calendar_method}")
        message.attach("invite.ics", mail.calendar, "application/ics")
    return message
