"""Who works here, and in which team."""

from collections import defaultdict
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from siklus.desk.pages.answers import REFUSALS, done, form_dialog, refused, runs_operations, viewer
from siklus.desk.settings import forms as shapes
from siklus.desk.settings.views.shared import BOTH, page, row_or_404
from siklus.platform.accounts.actions import (
    CannotChangeUser,
    add_team,
    add_user,
    deactivate_user,
    edit_user,
    join_team,
    leave_team,
    reactivate_user,
)
from siklus.platform.accounts.models import Team, User


@require_GET
@runs_operations
def people(request: HttpRequest) -> HttpResponse:
    """Who works here, what they may see, and the tree of teams."""
    users = list(User.objects.select_related("team").order_by("-is_active", "name"))
    teams = list(Team.objects.select_related("manager").order_by("path"))
    counts: dict[int, int] = defaultdict(int)
    for user in users:
        if user.team_id and user.is_active:
            counts[user.team_id] += 1
    tree = [(team, team.path.count("/") - 2, counts[team.pk]) for team in teams]
    return page(
        request, "people",
        {
            "people": [one for one in users if one.is_active],
            "gone": [one for one in users if not one.is_active], "tree": tree,
        },
    )  # fmt: skip


@require_http_methods(BOTH)
@runs_operations
def person_new(request: HttpRequest) -> HttpResponse:
    user = viewer(request)

    def act(values: dict[str, Any]) -> str:
        _only_admins_make_admins(user, values["role"])
        added = add_user(by=user, at=timezone.now(), **values)
        return _("%(name)s is added. They set a password through “Forgot password”.") % {"name": added.name}

    return form_dialog(
        request, form=shapes.UserForm(request.POST or None), title=_("Add a person"), label=_("Add"), act=act,
        back=reverse("desk:settings_people"),
        text=_("What they see follows from the role; you can change it afterwards."),
    )  # fmt: skip


def _only_admins_make_admins(user: User, *roles: str) -> None:
    if "admin" in roles and not user.is_admin:
        raise CannotChangeUser(_("Only an administrator decides who is one."))


@require_http_methods(BOTH)
@runs_operations
def person_edit(request: HttpRequest, user_id: int) -> HttpResponse:
    user, person = viewer(request), row_or_404(User, pk=user_id)
    keys = ("name", "role", "team", "visibility", "sees_unassigned")
    form = shapes.UserEditForm(request.POST or None, initial={key: getattr(person, key) for key in keys})

    def act(values: dict[str, Any]) -> str:
        if values["role"] != person.role or person.is_admin:
            _only_admins_make_admins(user, values["role"], person.role)
        now, team = timezone.now(), values.pop("team")
        edit_user(user=person, by=user, at=now, **values)
        if team is None:
            leave_team(user=person, by=user, at=now)
        else:
            join_team(user=person, team=team, by=user, at=now)
        return _("%(name)s is changed.") % {"name": values["name"]}

    return form_dialog(
        request, form=form, title=person.name, label=_("Save"), act=act, back=reverse("desk:settings_people"),
        wide=("visibility", "sees_unassigned"),
    )  # fmt: skip


@require_POST
@runs_operations
def person_deactivate(request: HttpRequest, user_id: int) -> HttpResponse:
    user, person, back = viewer(request), row_or_404(User, pk=user_id), reverse("desk:settings_people")
    try:
        if person.is_admin:
            _only_admins_make_admins(user, "admin")
        deactivate_user(user=person, by=user, at=timezone.now())
    except REFUSALS as refusal:
        return refused(request, back, refusal)
    return done(request, back, _("%(name)s cannot sign in any more. Their records stay.") % {
        "name": person.name
    })  # fmt: skip


@require_POST
@runs_operations
def person_reactivate(request: HttpRequest, user_id: int) -> HttpResponse:
    user, person, back = viewer(request), row_or_404(User, pk=user_id), reverse("desk:settings_people")
    try:
        if person.is_admin:
            _only_admins_make_admins(user, "admin")
        reactivate_user(user=person, by=user, at=timezone.now())
    except REFUSALS as refusal:
        return refused(request, back, refusal)
    return done(request, back, _("%(name)s can sign in again. Their keys for programs stay revoked.") % {
        "name": person.name
    })  # fmt: skip


@require_http_methods(BOTH)
@runs_operations
def team_new(request: HttpRequest) -> HttpResponse:
    def act(values: dict[str, Any]) -> str:
        add_team(by=viewer(request), at=timezone.now(), **values)
        return _("The team %(name)s is added.") % {"name": values["name"]}

    return form_dialog(
        request, form=shapes.TeamForm(request.POST or None), title=_("Add a team"), label=_("Add"), act=act,
        back=reverse("desk:settings_people"),
    )  # fmt: skip
