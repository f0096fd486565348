"""A forgotten password: a signed link by mail, good for an hour and only once."""

from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core.mail import send_mail
from django.urls import reverse
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode
from django.utils.translation import gettext as _
from django.utils.translation import override
from django_tasks import task

from siklus.platform.accounts.models import User

tokens = PasswordResetTokenGenerator()


def ask_reset(*, email: str, base_url: str) -> None:
    """Send the link when the address is known; say nothing either way."""
    user = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    if user is not None:
        mail_reset_link.enqueue(user.pk, base_url)


@task()
def mail_reset_link(user_id: int, base_url: str) -> None:
    """Mail the link to set a new password."""
    user = User.objects.get(pk=user_id)
    path = reverse(
        "accounts:new_password", args=[urlsafe_base64_encode(str(user.pk).encode()), tokens.make_token(user)]
    )
    with override(user.language):
        text = _(
            "Hello %(name)s,\n\nset a new password for Siklus here:\n%(link)s\n\n"
            "The link works once, within an hour. If you did not ask for it, do nothing."
        ) % {"name": user.name, "link": base_url + path}
        send_mail(_("Your new password for Siklus"), text, settings.DEFAULT_FROM_EMAIL, [user.email])


def user_of_link(uid: str, token: str) -> User | None:
    """The user whose link this is, while it is valid."""
    try:
        user = User.objects.get(pk=int(urlsafe_base64_decode(uid)), is_active=True)
    except (ValueError, OverflowError, User.DoesNotExist):
        return None
    return user if tokens.check_token(user, token) else None
