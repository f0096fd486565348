"""The settings of the person who is signed in: profile, password, keys for programs."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from siklus.desk.pages.answers import REFUSALS, done, form_dialog, viewer
from siklus.desk.settings import forms as shapes
from siklus.desk.settings.views.shared import BOTH, page, row_or_404, subjects
from siklus.platform.accounts.actions import (
    edit_user,
    issue_token,
    revoke_token,
)
from siklus.platform.accounts.hours import hours_told, leaves_of
from siklus.platform.accounts.models import ApiToken
from siklus.platform.web.jinja import render
from siklus.records.activities.feed import feed_of


@require_GET
def settings(request: HttpRequest) -> HttpResponse:
    name = "desk:settings_people" if viewer(request).can_run_operations else "desk:profile"
    return redirect(name)


@require_http_methods(BOTH)
def profile(request: HttpRequest) -> HttpResponse:
    """Name, language, time zone, colours, password and keys for programs."""
    user = viewer(request)
    values = {key: getattr(user, key) for key in ("name", "language", "time_zone", "theme")}
    form = shapes.ProfileForm(request.POST or None, initial=values)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                edit_user(user=user, by=user, at=timezone.now(), **form.cleaned_data)
            except REFUSALS as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _("Your profile is saved."))
                return redirect("desk:profile")
    tokens = user.tokens.filter(revoked_at=None).order_by("-id")
    names = {
        "form": form,
        "tokens": list(tokens),
        "now": timezone.now(),
        "hours": hours_told(user),
        "leaves": leaves_of(user),
        "feed": feed_of(user),
    }
    return page(request, "profile", names, status=status)


@require_http_methods(BOTH)
def token_new(request: HttpRequest) -> HttpResponse:
    """Make a key. It is shown in the answer, and never again."""
    user = viewer(request)

    def act(values: dict[str, Any]) -> HttpResponse:
        now = timezone.now()
        expires = now + timedelta(days=values["days"]) if values["days"] else None
        token, key = issue_token(user=user, name=values["name"], by=user, at=now, expires_at=expires)
        names = {"token": token, "key": key, "here": "profile", "subjects": subjects(request)}
        fragment = "HX-Request" in request.headers
        answer = render(request, f"desk/settings/{'_token' if fragment else 'token'}.html", names)
        answer["Cache-Control"] = "no-store"
        return answer

    return form_dialog(
        request, form=shapes.TokenForm(request.POST or None), title=_("New key for a program"),
        label=_("Make the key"), act=act, back=reverse("desk:profile"),
        text=_("A program with this key may do what you may do. The key is shown once."),
    )  # fmt: skip


@require_POST
def token_revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    user = viewer(request)
    token: ApiToken = row_or_404(ApiToken, pk=token_id, user=user)
    revoke_token(token=token, by=user, at=timezone.now())
    return done(request, reverse("desk:profile"), _("The key “%(name)s” opens nothing any more.") % {
        "name": token.name
    })  # fmt: skip
