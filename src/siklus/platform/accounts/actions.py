"""What can happen to users, teams and tokens."""

import hashlib
import secrets
import zoneinfo
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from siklus.platform.accounts.facts import (
    TeamAdded,
    TeamJoined,
    TeamLeft,
    TokenIssued,
    TokenRevoked,
    UserAdded,
    UserDeactivated,
    UserEdited,
    UserReactivated,
)
from siklus.platform.accounts.models import ApiToken, Membership, Role, Team, User, Visibility
from siklus.platform.accounts.visibility import default_visibility
from siklus.platform.installation.current import current
from siklus.platform.journal.facts import Change
from siklus.platform.journal.record import record


class CannotChangeUser(ValueError):
    """A user, team or token cannot be as asked; the text says why."""


@transaction.atomic
def add_user(
    *,
    email: str,
    name: str,
    role: str,
    by: User | None,
    at: datetime,
    password: str | None = None,
    team: Team | None = None,
    visibility: str | None = None,
    sees_unassigned: bool | None = None,
    language: str | None = None,
    time_zone: str | None = None,
) -> User:
    """Add a person. Without a password they set one through “Forgot password”."""
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError as error:
        raise CannotChangeUser(_("“%(email)s” is not an e-mail address.") % {"email": email}) from error
    if role not in Role.values:
        raise CannotChangeUser(
            _("“%(role)s” is not a role; choose one of %(roles)s.")
            % {"role": role, "roles": ", ".join(Role.values)}
        )
    if User.objects.filter(email=email).exists():
        raise CannotChangeUser(_("A user with the e-mail %(email)s exists already.") % {"email": email})
    if not name.strip():
        raise CannotChangeUser(_("A user needs a name."))
    sees, unassigned = default_visibility()[role]
    home = current()
    user = User(
        email=email,
        name=name.strip(),
        role=role,
        team=team,
        visibility=visibility or sees,
        sees_unassigned=unassigned if sees_unassigned is None else sees_unassigned,
        language=_known_language(language or home.language),
        time_zone=_known_zone(time_zone or home.time_zone.key),
        created_at=at,
    )
    _set_password(user, password)
    user.save()
    if team is not None:
        Membership.objects.create(user=user, team=team, valid_from=at)
    record(UserAdded(user=user.pk, role=role), by=by, at=at)
    return user


EDITABLE = ("name", "role", "visibility", "sees_unassigned", "language", "time_zone", "theme")


@transaction.atomic
def edit_user(*, user: User, by: User | None, at: datetime, **values: Any) -> User:
    """Change some of a user's values; keeps the others."""
    user = User.objects.select_for_update().get(pk=user.pk)
    if "time_zone" in values:
        values["time_zone"] = _known_zone(values["time_zone"])
    if "language" in values:
        values["language"] = _known_language(values["language"])
    if values.get("role", user.role) not in Role.values:
        raise CannotChangeUser(_("“%(role)s” is not a role.") % {"role": values["role"]})
    if values.get("visibility", user.visibility) not in Visibility.values:
        raise CannotChangeUser(_("“%(value)s” is not a visibility.") % {"value": values["visibility"]})
    if values.get("role", Role.ADMIN) != Role.ADMIN and user.is_admin and not _other_admin(user):
        raise CannotChangeUser(_("The last administrator must stay one."))
    changes = []
    for key, new in values.items():
        if key not in EDITABLE:
            raise CannotChangeUser(_("“%(field)s” cannot be changed here.") % {"field": key})
        old = getattr(user, key)
        if old != new:
            changes.append(Change(key, old, new))
            setattr(user, key, new)
    if changes:
        user.save()
        if any(change.field not in {"theme", "language"} for change in changes):
            record(UserEdited(user=user.pk, changes=tuple(changes)), by=by, at=at)
    return user


@transaction.atomic
def deactivate_user(*, user: User, by: User | None, at: datetime) -> User:
    """Close the door for a person. Their records and history stay."""
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.is_admin and not _other_admin(user):
        raise CannotChangeUser(_("The last administrator cannot be deactivated."))
    if not user.is_active:
        return user
    user.is_active = False
    user.save(update_fields=["is_active"])
    user.tokens.filter(revoked_at=None).update(revoked_at=at)
    record(UserDeactivated(user=user.pk), by=by, at=at)
    return user


@transaction.atomic
def reactivate_user(*, user: User, by: User | None, at: datetime) -> User:
    """Open the door again, with the password and the team of before. Keys for programs stay revoked."""
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.is_active:
        return user
    user.is_active = True
    user.save(update_fields=["is_active"])
    record(UserReactivated(user=user.pk), by=by, at=at)
    return user


def set_password(*, user: User, password: str) -> None:
    """Give a user a new password; it must pass the installation's rules."""
    _set_password(user, password)
    user.save(update_fields=["password"])


def _set_password(user: User, password: str | None) -> None:
    if password is None:
        user.set_unusable_password()
        return
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise CannotChangeUser(" ".join(error.messages)) from error
    user.set_password(password)


@transaction.atomic
def add_team(
    *, name: str, by: User | None, at: datetime, parent: Team | None = None, manager: User | None = None
) -> Team:
    """Add a team under another, or at the top."""
    name = name.strip()
    if not name:
        raise CannotChangeUser(_("A team needs a name."))
    if Team.objects.filter(name__iexact=name).exists():
        raise CannotChangeUser(_("A team named %(name)s exists already.") % {"name": name})
    team = Team.objects.create(name=name, parent=parent, manager=manager)
    team.path = f"{parent.path if parent else '/'}{team.pk}/"
    team.save(update_fields=["path"])
    record(TeamAdded(team=team.pk, title=name), by=by, at=at)
    return team


@transaction.atomic
def join_team(*, user: User, team: Team, by: User | None, at: datetime) -> User:
    """Move a person to a team from this moment on; where they were before stays known."""
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.team_id == team.pk:
        return user
    Membership.objects.filter(user=user, valid_to=None).update(valid_to=at)
    Membership.objects.create(user=user, team=team, valid_from=at)
    user.team = team
    user.save(update_fields=["team"])
    record(TeamJoined(user=user.pk, team=team.pk, title=team.name), by=by, at=at)
    return user


@transaction.atomic
def leave_team(*, user: User, by: User | None, at: datetime) -> User:
    """Take a person out of their team from this moment on; where they were before stays known."""
    user = User.objects.select_for_update().get(pk=user.pk)
    team = user.team
    if team is None:
        return user
    Membership.objects.filter(user=user, valid_to=None).update(valid_to=at)
    user.team = None
    user.save(update_fields=["team"])
    record(TeamLeft(user=user.pk, team=team.pk, title=team.name), by=by, at=at)
    return user


@transaction.atomic
def issue_token(
    *, user: User, name: str, by: User | None, at: datetime, expires_at: datetime | None = None
) -> tuple[ApiToken, str]:
    """Make a key for programs: (row, key). The key is not kept and cannot be shown again."""
    if not name.strip():
        raise CannotChangeUser(_("Name the token after what will use it."))
    key = f"sk_{secrets.token_urlsafe(32)}"
    token = ApiToken.objects.create(
        user=user,
        name=name.strip(),
        prefix=key[:9],
        digest=digest_of(key),
        created_at=at,
        expires_at=expires_at,
    )
    record(TokenIssued(user=user.pk, title=token.name), by=by, at=at)
    return token, key


@transaction.atomic
def revoke_token(*, token: ApiToken, by: User | None, at: datetime) -> None:
    """Make a key useless at once."""
    if ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=at):
        record(TokenRevoked(user=token.user_id, title=token.name), by=by, at=at)


def digest_of(key: str) -> str:
    """A random key has enough entropy for a plain digest."""
    return hashlib.sha256(key.encode()).hexdigest()


def _other_admin(user: User) -> bool:
    return User.objects.filter(role=Role.ADMIN, is_active=True).exclude(pk=user.pk).exists()


def _known_zone(name: str) -> str:
    if name not in zoneinfo.available_timezones():
        raise CannotChangeUser(_("“%(zone)s” is not a time zone.") % {"zone": name})
    return name


def _known_language(code: str) -> str:
    if code not in dict(settings.LANGUAGES):
        raise CannotChangeUser(_("“%(code)s” is not a language of Siklus.") % {"code": code})
    return code
