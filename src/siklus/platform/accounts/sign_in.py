"""Signing in: who it is, and how guessing is slowed down."""

from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from siklus.platform.accounts.actions import digest_of
from siklus.platform.accounts.models import ApiToken, SignInAttempt, User

WINDOW = timedelta(minutes=15)
TRIES_PER_EMAIL = 5
TRIES_PER_ADDRESS = 30


class SignInRefused(Exception):
    """The text says why, without telling whether the e-mail is known."""


class LockedOut(SignInRefused):
    """Too many wrong passwords in a short time."""


def sign_in(*, email: str, password: str, address: str | None, at: datetime) -> User:
    """The user with this password. Raises SignInRefused, or LockedOut after too many tries."""
    email = email.strip().lower()[:254]
    recent = SignInAttempt.objects.filter(at__gt=at - WINDOW, succeeded=False)
    last_good = (
        SignInAttempt.objects.filter(email=email, succeeded=True, at__gt=at - WINDOW).order_by("-at").first()
    )
    mine = recent.filter(email=email)
    if last_good:
        mine = mine.filter(at__gt=last_good.at)
    from_here = recent.filter(address=address).count() if address else 0
    if mine.count() >= TRIES_PER_EMAIL or from_here >= TRIES_PER_ADDRESS:
        minutes = int(WINDOW.total_seconds() // 60)
        raise LockedOut(
            ngettext(
                "Too many wrong passwords. Try again in %(n)d minute, or reset your password.",
                "Too many wrong passwords. Try again in %(n)d minutes, or reset your password.",
                minutes,
            )
            % {"n": minutes}
        )
    user = User.objects.filter(email=email, is_active=True).select_related("team").first()
    if user is None:
        make_password(password)  # the same time for unknown addresses
    good = user is not None and user.check_password(password)
    SignInAttempt.objects.create(email=email, address=address, at=at, succeeded=good)
    if not good or user is None:
        raise SignInRefused(_("E-mail or password is wrong."))
    return user


def user_of_token(key: str, at: datetime) -> User | None:
    """The user behind an API key that is valid now."""
    token = (
        ApiToken.objects.filter(digest=digest_of(key), revoked_at=None, user__is_active=True)
        .select_related("user", "user__team")
        .first()
    )
    if token is None or (token.expires_at and token.expires_at <= at):
        return None
    if token.last_used_at is None or at - token.last_used_at > timedelta(minutes=5):
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=at)
    return token.user
