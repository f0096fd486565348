"""Importing the people of a company, with their teams and managers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from siklus.platform.accounts.actions import CannotChangeUser, add_team, add_user, edit_user, join_team
from siklus.platform.accounts.models import Role, Team, User
from siklus.platform.imports.base import BaseImporter, duplicate_of_row
from siklus.platform.imports.importer import Context, FieldTarget, Plan, Row, Written, register
from siklus.platform.imports.models import ImportUpdate


class UserImporter(BaseImporter):
    """Without an e-mail column one is made of the name and the option `email_domain`."""

    kind = "users"
    label = gettext_lazy("Users")
    keys = (("email", gettext_lazy("E-mail")), ("name", gettext_lazy("Name")))
    models = {"user": User, "team": Team}
    own_parts = frozenset({"accounts.Membership"})

    def targets(self) -> list[FieldTarget]:
        return [
            FieldTarget(
                "name", gettext_lazy("Name"), aliases=("sales agent", "full name", "nama"), is_required=True
            ),
            FieldTarget("email", gettext_lazy("E-mail"), "email"),
            FieldTarget("role", gettext_lazy("Role"), aliases=("peran",)),
            FieldTarget("team", gettext_lazy("Team"), aliases=("tim", "group")),
            FieldTarget(
                "parent_team", gettext_lazy("Team above"), aliases=("regional office", "region", "wilayah")
            ),
            FieldTarget("manager", gettext_lazy("Manager"), aliases=("manajer", "atasan")),
        ]

    def prepare(self, context: Context, targets: Sequence[str]) -> None:
        if "email" not in targets and not context.options.get("email_domain"):
            raise CannotChangeUser(
                _("Choose the column for the e-mail, or name an e-mail domain in the options.")
            )

    def plan(self, rows: list[Row], context: Context) -> list[Plan]:
        self.forget_seen(context)
        plans = []
        for row in rows:
            name = row.values.get("name", "")
            email = (row.values.get("email") or self._email(name, context)).lower()
            row.values["email"] = email
            role = str(row.values.get("role", Role.REP)).lower()
            if role not in Role.values:
                message = _("“%(role)s” is not a role; choose one of %(roles)s.")
                plans.append(Plan(row, "error", message % {"role": role, "roles": ", ".join(Role.values)}))
                continue
            if earlier := self.seen_before(context, row, [email]):
                plans.append(duplicate_of_row(row, earlier))
                continue
            by_name = context.batch.key == "name"
            match = User.objects.filter(name__iexact=name) if by_name else User.objects.filter(email=email)
            plans.append(self.decide(row, context, match.first()))
        return plans

    def write(self, plans: list[Plan], context: Context) -> Written:
        written = Written(created={"user": [], "team": []})
        for plan in plans:
            values = plan.row.values
            try:
                team = self._team(values, context, written)
                if plan.outcome == "update":
                    user = User.objects.get(pk=plan.record_id)
                    if role := values.get("role"):
                        edit_user(user=user, by=context.by, at=context.at, role=str(role).lower())
                    if team is not None:
                        join_team(user=user, team=team, by=context.by, at=context.at)
                    continue
                user = add_user(
                    email=values["email"], name=values["name"], role=str(values.get("role", Role.REP)).lower(),
                    team=team, by=context.by, at=context.at,
                )  # fmt: skip
                written.created["user"].append(user.pk)
            except CannotChangeUser as error:
                plan.message = str(error)
                written.failed.append(plan)
        return written

    def restore(self, update: ImportUpdate, *, by: User, at: datetime) -> bool:
        return False

    def _email(self, name: str, context: Context) -> str:
        return f"{slugify(name).replace('-', '.')}@{context.options.get('email_domain', '')}"

    def _team(self, values: dict[str, Any], context: Context, written: Written) -> Team | None:
        parent = self._named_team(values.get("parent_team"), None, context, written)
        manager = values.get("manager")
        name = values.get("team") or (_("Team %(name)s") % {"name": manager} if manager else None)
        team = self._named_team(name, parent, context, written) or parent
        if team is not None and manager and team.manager_id is None:
            team.manager = self._manager(manager, team, context, written)
            team.save(update_fields=["manager"])
        return team

    def _named_team(
        self, name: str | None, parent: Team | None, context: Context, written: Written
    ) -> Team | None:
        if not name:
            return None
        team = Team.objects.filter(name__iexact=name.strip()).first()
        if team is None:
            team = add_team(name=name, parent=parent, by=context.by, at=context.at)
            written.created["team"].append(team.pk)
        return team

    def _manager(self, name: str, team: Team, context: Context, written: Written) -> User:
        user = User.objects.filter(name__iexact=name.strip()).first()
        if user is None:
            user = add_user(
                email=self._email(name, context), name=name, role=Role.MANAGER, team=team, by=context.by,
                at=context.at,
            )  # fmt: skip
            written.created["user"].append(user.pk)
        return user


register(UserImporter())
