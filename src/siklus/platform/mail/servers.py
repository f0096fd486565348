"""The servers behind a mailbox: one to hand mail to, one to read from."""

import imaplib
import smtplib
import socket
import ssl
from typing import Any

import imap_tools
from django.core.mail import get_connection
from django.core.mail.backends.smtp import EmailBackend
from django.utils.functional import cached_property

from siklus.platform.mail.models import Mailbox, Security, Way
from siklus.platform.mail.network import connect
from siklus.platform.mail.sealing import unseal

TIMEOUT = 20.0
KEYS = {
    Way.BREVO: "api_key", Way.MAILGUN: "api_key", Way.POSTMARK: "server_token", Way.RESEND: "api_key",
    Way.SENDGRID: "api_key",
}  # fmt: skip


class _SMTP(smtplib.SMTP):
    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return connect(host, port, timeout)


class _SMTPS(smtplib.SMTP_SSL):
    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return self.context.wrap_socket(connect(host, port, timeout), server_hostname=host)


class GuardedBackend(EmailBackend):
    """Django's SMTP backend over checked connections."""

    @property
    def connection_class(self) -> Any:
        return _SMTPS if self.use_ssl else _SMTP

    @cached_property
    def ssl_context(self) -> ssl.SSLContext:
        return ssl.create_default_context()


def outgoing_server(mailbox: Mailbox) -> Any:
    """A Django mail connection. Raises CannotUnseal when the password has to be typed again."""
    if mailbox.way == Way.SYSTEM:
        return get_connection()
    secret = unseal(mailbox.sealed_smtp_password)
    if mailbox.way == Way.SMTP:
        return GuardedBackend(
            host=mailbox.smtp_host, port=mailbox.smtp_port, username=mailbox.smtp_user, password=secret,
            use_ssl=mailbox.smtp_security == Security.SSL,
            use_tls=mailbox.smtp_security == Security.STARTTLS, timeout=TIMEOUT,
        )  # fmt: skip
    values: dict[str, Any] = {KEYS[Way(mailbox.way)]: secret}
    if mailbox.way == Way.MAILGUN:
        values["sender_domain"] = mailbox.address.rpartition("@")[2]
    return get_connection(f"anymail.backends.{mailbox.way}.EmailBackend", **values)


class _IMAP(imaplib.IMAP4):
    def _create_socket(self, timeout: float | None) -> socket.socket:
        return connect(self.host, self.port, timeout)


class _IMAPS(imaplib.IMAP4_SSL):
    def _create_socket(self, timeout: float | None) -> socket.socket:
        return self.ssl_context.wrap_socket(connect(self.host, self.port, timeout), server_hostname=self.host)


class _Box(imap_tools.MailBoxUnencrypted):
    def __init__(self, mailbox: Mailbox) -> None:
        self._security = mailbox.imap_security
        super().__init__(mailbox.imap_host, mailbox.imap_port, timeout=TIMEOUT)

    def _get_mailbox_client(self) -> imaplib.IMAP4:
        if self._security == Security.SSL:
            return _IMAPS(
                self._host, self._port, ssl_context=ssl.create_default_context(), timeout=self._timeout
            )
        client = _IMAP(self._host, self._port, timeout=self._timeout)
        if self._security == Security.STARTTLS:
            client.starttls(ssl.create_default_context())
        return client


def incoming_server(mailbox: Mailbox) -> imap_tools.MailBoxUnencrypted:
    """Signed in; close it with `logout`. Raises OSError, imaplib and imap_tools errors, CannotUnseal."""
    password = unseal(mailbox.sealed_imap_password)
    box = _Box(mailbox)
    box.login(mailbox.imap_user or mailbox.address, password, initial_folder=None)
    return box
