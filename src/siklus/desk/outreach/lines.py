"""Settings of WhatsApp: numbers of ours, where the provider calls us, and what did not leave."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from siklus.desk.pages.answers import done, form_dialog, opened, refused, runs_operations, viewer
from siklus.desk.settings.views.shared import BOTH, subjects
from siklus.platform.accounts.models import User
from siklus.platform.chat.actions import SECRETS, ChatRefused, add_line, edit_line, retire_line
from siklus.platform.chat.cloud_api import URL, VERSION
from siklus.platform.chat.models import Line, Outgoing
from siklus.platform.chat.queries import kept_line_for, kept_lines
from siklus.platform.chat.sending import send_again
from siklus.platform.mail.sealing import CannotUnseal, unseal
from siklus.platform.web.address import public_address
from siklus.platform.web.jinja import render

STUCK = (Outgoing.State.FAILED, Outgoing.State.UNCERTAIN)


def _secret(label: Any, help_text: Any) -> forms.CharField:
    return forms.CharField(
        label=label, required=False, max_length=1000, help_text=help_text,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip


class LineForm(forms.Form):
    """What WhatsApp Manager and the app's page at Meta tell about a number."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=80, widget=forms.TextInput(attrs={"autofocus": True})
    )
    number = forms.CharField(label=gettext_lazy("Number that others see"), max_length=40)
    phone_number_id = forms.CharField(
        label=gettext_lazy("Phone number ID"), max_length=40, help_text=gettext_lazy("From WhatsApp Manager.")
    )
    owner = forms.ChoiceField(label=gettext_lazy("Belongs to"), required=False)
    token = _secret(
        gettext_lazy("Access token"), gettext_lazy("Of a system user. Empty keeps the one that is known.")
    )
    app_secret = _secret(
        gettext_lazy("App secret"),
        gettext_lazy("It proves that a call comes from Meta. Empty keeps the known one."),
    )
    api_url = forms.CharField(label=gettext_lazy("Address of the API"), max_length=250, initial=URL)
    api_version = forms.CharField(label=gettext_lazy("Version of the API"), max_length=10, initial=VERSION)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(is_active=True).order_by("name").values_list("pk", "name")
        field = self.fields["owner"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Everybody: shared")), *((str(pk), name) for pk, name in people)]

    def values(self) -> dict[str, Any]:
        found = dict(self.cleaned_data)
        owner = found.pop("owner")
        return {**found, "owner": User.objects.get(pk=owner) if owner else None}


def back() -> str:
    return reverse("desk:settings_whatsapp")


def _words(line: Line) -> str:
    """What Meta asks for as verify token. It opens nothing: it only tells that the address is ours."""
    try:
        return unseal(line.sealed_verify_token)
    except CannotUnseal:
        return ""


def _address(request: HttpRequest, path: str) -> str:
    """Where Meta can call us: as the installation says, else as whoever looks here came."""
    return public_address(path) if settings.SIKLUS_URL else request.build_absolute_uri(path)


@require_GET
@runs_operations
def lines(request: HttpRequest) -> HttpResponse:
    rows = [
        (one, _address(request, reverse("chat:hook", args=[one.key])), _words(one)) for one in kept_lines()
    ]
    stuck: dict[int, list[Outgoing]] = defaultdict(list)
    for message in Outgoing.objects.filter(line__retired_at=None, state__in=STUCK).order_by("-id")[:50]:
        stuck[message.line_id].append(message)
    names = {
        "here": "whatsapp", "subjects": subjects(request), "lines": rows, "stuck": stuck, "now": timezone.now(),
    }  # fmt: skip
    return render(request, "desk/outreach/lines.html", names)


@require_http_methods(BOTH)
@runs_operations
def line_new(request: HttpRequest) -> HttpResponse:
    form = LineForm(request.POST or None)

    def act(_values: dict[str, Any]) -> str:
        made = add_line(by=viewer(request), at=timezone.now(), **form.values())
        return _("%(name)s is connected. Now tell Meta where to call.") % {"name": made.name}

    return _dialog(request, form, _("Connect a number"), _("Connect"), act)


@require_http_methods(BOTH)
@runs_operations
def line_edit(request: HttpRequest, line_id: int) -> HttpResponse:
    line: Line = opened(kept_line_for, viewer(request), line_id)
    keys = [name for name in LineForm.base_fields if name not in SECRETS and name != "owner"]
    first = {name: getattr(line, name) for name in keys} | {"owner": str(line.owner_id or "")}
    form = LineForm(request.POST or None, initial=first)

    def act(_values: dict[str, Any]) -> str:
        changed = edit_line(line=line, by=viewer(request), at=timezone.now(), **form.values())
        return _("%(name)s is changed.") % {"name": changed.name}

    return _dialog(request, form, line.name, _("Save"), act)


def _dialog(
    request: HttpRequest, form: LineForm, title: str, label: str, act: Callable[[dict[str, Any]], str]
) -> HttpResponse:
    return form_dialog(
        request, form=form, title=title, label=label, act=act, back=back(),
        text=_("Token and secret are kept sealed."),
    )  # fmt: skip


@require_POST
@runs_operations
def line_retire(request: HttpRequest, line_id: int) -> HttpResponse:
    line: Line = opened(kept_line_for, viewer(request), line_id)
    retire_line(line=line, by=viewer(request), at=timezone.now())
    return done(request, back(), _("%(name)s is disconnected. Its messages stay.") % {"name": line.name})


@require_POST
@runs_operations
def message_again(request: HttpRequest, line_id: int, message_id: int) -> HttpResponse:
    """Somebody decides that a message shall be tried once more."""
    user = viewer(request)
    line: Line = opened(kept_line_for, user, line_id)
    message = opened(lambda _who, pk: line.outgoing.get(pk=pk), user, message_id)
    try:
        send_again(message=message, by=user, at=timezone.now())
    except ChatRefused as refusal:
        return refused(request, back(), refusal)
    return done(request, back(), _("It is tried again."))
