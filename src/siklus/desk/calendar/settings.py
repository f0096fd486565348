"""In one's own profile: the address of the calendar, made anew or closed."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from siklus.desk.pages.answers import done, form_dialog, is_fragment, viewer
from siklus.desk.settings.views.shared import subjects
from siklus.platform.web.jinja import render
from siklus.records.activities.feed import close_feed, feed_of, open_feed


@require_http_methods(["GET", "POST"])
def calendar_new(request: HttpRequest) -> HttpResponse:
    """Make an address. It is shown in the answer, and never again."""
    user = viewer(request)
    is_there = feed_of(user) is not None

    def act(_values: dict[str, Any]) -> HttpResponse:
        _feed, key = open_feed(user=user, by=user, at=timezone.now())
        address = request.build_absolute_uri(reverse("desk:calendar", args=[key]))
        names = {
            "address": address, "webcal": f"webcal://{address.partition('://')[2]}", "here": "profile",
            "subjects": subjects(request),
        }  # fmt: skip
        name = "_address" if is_fragment(request) else "address"
        answer = render(request, f"desk/calendar/{name}.html", names)
        answer["Cache-Control"] = "no-store"
        return answer

    text = _(
        "Whoever has the address can read what you have planned. It is shown once; make a new one when somebody else "
        "has it."
    )
    if is_there:
        text = text + " " + _("The address you use now stops working at once.")
    return form_dialog(
        request, form=forms.Form(request.POST if request.method == "POST" else None), act=act, text=text,
        title=_("New address of your calendar") if is_there else _("Address of your calendar"),
        label=_("Make the address"), back=reverse("desk:profile"),
    )  # fmt: skip


@require_POST
def calendar_close(request: HttpRequest) -> HttpResponse:
    user = viewer(request)
    close_feed(user=user, by=user, at=timezone.now())
    return done(request, reverse("desk:profile"), _("The address of your calendar leads nowhere any more."))
