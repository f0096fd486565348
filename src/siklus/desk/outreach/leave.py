"""When I am on leave: sequences and demos keep away from these days."""

import re
from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from siklus.desk.pages.answers import form_dialog, viewer
from siklus.platform.accounts.hours import leaves_of, set_leave
from siklus.records.fields.record import Refused

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class LeaveForm(forms.Form):
    """One leave a line."""

    leaves = forms.CharField(
        label=gettext_lazy("Leaves, one a line"), required=False, max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5, "placeholder": "2026-12-24 – 2027-01-02"}),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def leave(request: HttpRequest) -> HttpResponse:
    user = viewer(request)
    told = "\n".join(f"{first} – {last}" for first, last in leaves_of(user))
    form = LeaveForm(request.POST or None, initial={"leaves": told})

    def act(values: dict[str, Any]) -> str:
        set_leave(user=user, leaves=read_leaves(values["leaves"]), by=user, at=timezone.now())
        return _("Your leave is saved.")

    return form_dialog(
        request, form=form, title=_("My leave"), label=_("Save"), act=act, back=reverse("desk:profile"),
        text=_("First and last day, like 2026-12-24 – 2027-01-02; a single day stands alone. Steps of sequences that "
               "fall into it wait for the first day after."),
        wide=("leaves",),
    )  # fmt: skip


def read_leaves(text: str) -> list[tuple[date, date]]:
    """Lines of one day or two. Raises Refused."""
    found = []
    for line in filter(None, map(str.strip, text.splitlines())):
        days = _DAY.findall(line)
        try:
            if not 1 <= len(days) <= 2:
                raise ValueError
            found.append((date.fromisoformat(days[0]), date.fromisoformat(days[-1])))
        except ValueError as error:
            raise Refused(_("“%(line)s” is no leave.") % {"line": line[:60]}, field="leaves") from error
    return found
