import zoneinfo
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    REP = "rep", _("Sales rep")
    MANAGER = "manager", _("Sales manager")
    MARKETING = "marketing", _("Marketing")
    SUCCESS = "success", _("Customer success")
    PEOPLE = "people", _("People partner")
    OPERATIONS = "operations", _("Sales operations")
    ADMIN = "admin", _("Administrator")


class Visibility(models.TextChoices):
    OWN = "own", _("Own records")
    TEAM = "team", _("Records of the team and the teams below")
    ALL = "all", _("All records")


class Team(models.Model):
    """A team in the tree. `path` is the way from the root, such as /1/4/, so that a subtree is a prefix."""

    name = models.CharField(max_length=120)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    path = models.CharField(max_length=255, db_index=True, default="/")
    manager = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="managed_teams"
    )

    class Meta:
        constraints = [models.UniqueConstraint(Lower("name"), name="team_name_once")]

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser):
    """A person who signs in. Deactivated, never deleted: history names them."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=12, choices=Role.choices, default=Role.REP)
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="members")
    visibility = models.CharField(max_length=4, choices=Visibility.choices, default=Visibility.OWN)
    sees_unassigned = models.BooleanField(default=True)
    language = models.CharField(max_length=8, default="en")
    time_zone = models.CharField(max_length=63, default="UTC")
    theme = models.CharField(max_length=8, default="system")
    is_active = models.BooleanField(default=True)
    work_hours = models.JSONField(default=dict, blank=True)  # see hours.py; empty: the usual ones
    leaves = models.JSONField(default=list, blank=True)  # [first day, last day] of each, see hours.py
    created_at = models.DateTimeField()

    objects = UserManager()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(visibility__in=Visibility.values), name="user_visibility_known"
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="user_role_known"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def initials(self) -> str:
        words = self.name.split()
        return (
            "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper() or "?"
        )

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)

    @property
    def is_admin(self) -> bool:
        return self.role == Role.ADMIN

    @property
    def can_run_operations(self) -> bool:
        """Imports, pipelines, fields, users: the work of operations and administrators."""
        return self.role in {Role.OPERATIONS, Role.ADMIN}

    @property
    def can_import(self) -> bool:
        """Bring whole files in and take them back: for roles that see all records anyway."""
        return self.role in {Role.OPERATIONS, Role.ADMIN, Role.MARKETING}

    @property
    def can_work_deals(self) -> bool:
        """Change leads, deals, companies, contacts and activities. People partners only look at people."""
        return self.role != Role.PEOPLE


class Membership(models.Model):
    """Which team a person belonged to, and from when to when."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="memberships")
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user"], condition=Q(valid_to=None), name="one_open_membership"),
        ]

    def __str__(self) -> str:
        return f"{self.user} in {self.team}"


class ApiToken(models.Model):
    """A key for programs. Only its digest is kept; the key itself is shown once."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=120)
    prefix = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"


class SignInAttempt(models.Model):
    """One try to sign in, kept to slow down guessing."""

    email = models.CharField(max_length=254)
    address = models.GenericIPAddressField(null=True)
    at = models.DateTimeField()
    succeeded = models.BooleanField()

    class Meta:
        indexes = [
            models.Index(fields=["email", "at"], name="attempt_by_email"),
            models.Index(fields=["address", "at"], name="attempt_by_address"),
        ]

    def __str__(self) -> str:
        return f"{self.email} {self.at}"


def as_dict(user: User) -> dict[str, Any]:
    """What the API says of a user."""
    return {"id": user.pk, "name": user.name, "email": user.email, "role": user.role, "team_id": user.team_id}
