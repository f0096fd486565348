"""Settings: webhooks with their health, one with its log, and the catalogue of messages."""

import json
from datetime import datetime, time
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from siklus.desk.pages.answers import done, form_dialog, opened, refused, runs_operations, viewer
from siklus.desk.settings.views.shared import subjects
from siklus.platform.journal.facts import all_facts
from siklus.platform.web.jinja import render
from siklus.platform.webhooks import actions
from siklus.platform.webhooks.models import Endpoint, Message, MessageState
from siklus.platform.webhooks.payload import catalogue
from siklus.platform.webhooks.queries import (
    endpoint_for,
    endpoints_for,
    message_for,
    messages_of,
    with_health,
)

BOTH = ["GET", "POST"]
SHOWN = 50


class EndpointForm(forms.Form):
    url = forms.CharField(
        label=gettext_lazy("Address"),
        max_length=2000,
        help_text=gettext_lazy("Where messages are sent by POST."),
    )
    description = forms.CharField(label=gettext_lazy("Name"), max_length=120, required=False)
    facts = forms.MultipleChoiceField(
        label=gettext_lazy("Which facts"), required=False, widget=forms.CheckboxSelectMultiple(attrs={"class": "facts"}),
        help_text=gettext_lazy("None chosen means all of them, those of later versions too."),
        choices=lambda: [(name, name) for name in all_facts()],
    )  # fmt: skip


class ReplayForm(forms.Form):
    since = forms.DateField(
        label=gettext_lazy("Written since"), widget=forms.DateInput(attrs={"type": "date"})
    )
    failed_only = forms.BooleanField(
        label=gettext_lazy("Only what never arrived"), required=False, initial=True
    )


def back(endpoint: Endpoint | None = None) -> str:
    return reverse("desk:webhook", args=[endpoint.pk]) if endpoint else reverse("desk:settings_webhooks")


def _page(request: HttpRequest, name: str, names: dict[str, Any]) -> HttpResponse:
    context = {"here": "webhooks", "subjects": subjects(request), "now": timezone.now(), **names}
    return render(request, f"desk/webhooks/{name}.html", context)


@require_GET
@runs_operations
def webhooks(request: HttpRequest) -> HttpResponse:
    rows = list(with_health(endpoints_for(viewer(request)), timezone.now()))
    return _page(request, "webhooks", {"endpoints": rows})


@require_GET
@runs_operations
def webhook(request: HttpRequest, endpoint_id: int) -> HttpResponse:
    """One webhook with its newest messages and their attempts."""
    rows = with_health(endpoints_for(viewer(request)), timezone.now())
    endpoint: Endpoint = opened(lambda _user, pk: rows.get(pk=pk), viewer(request), endpoint_id)
    asked = request.GET.get("state", "")
    state = asked if asked in MessageState.values else ""
    before = request.GET.get("before", "")
    found = messages_of(endpoint)
    found = found.filter(state=state) if state else found
    if before.isdecimal() and len(before) < 16:
        found = found.filter(pk__lt=int(before))
    messages = list(found[: SHOWN + 1])
    here = request.path
    tabs = [("", _("All")), *((one.value, one.label) for one in MessageState)]
    names = {
        "endpoint": endpoint, "messages": messages[:SHOWN], "state": state,
        "older": messages[SHOWN - 1].pk if len(messages) > SHOWN else None,
        "filters": [(label, f"{here}?state={key}" if key else here, key == state) for key, label in tabs],
    }  # fmt: skip
    return _page(request, "webhook", names)


@require_GET
@runs_operations
def facts(request: HttpRequest) -> HttpResponse:
    """The catalogue: every kind of message with its schema."""
    known = all_facts()
    rows = [
        (name, known[name], json.dumps(schema, indent=2, ensure_ascii=False))
        for name, schema in catalogue().items()
    ]
    return _page(request, "facts", {"facts": rows})


def _secret(request: HttpRequest, endpoint: Endpoint, secret: str, title: str) -> HttpResponse:
    """Show a secret, this once."""
    names = {
        "endpoint": endpoint, "secret": secret, "title": title, "here": "webhooks", "subjects": subjects(request)
    }  # fmt: skip
    name = "_secret" if "HX-Request" in request.headers else "secret"
    answer = render(request, f"desk/webhooks/{name}.html", names)
    answer["Cache-Control"] = "no-store"
    return answer


@require_http_methods(BOTH)
@runs_operations
def webhook_new(request: HttpRequest) -> HttpResponse:
    def act(values: dict[str, Any]) -> HttpResponse:
        endpoint, secret = actions.add_endpoint(by=viewer(request), at=timezone.now(), **values)
        return _secret(request, endpoint, secret, _("The secret of the new webhook"))

    return form_dialog(
        request, form=EndpointForm(request.POST or None), title=_("New webhook"), label=_("Add the webhook"), act=act,
        back=back(), wide=("url", "description", "facts"),
    )  # fmt: skip


@require_http_methods(BOTH)
@runs_operations
def webhook_edit(request: HttpRequest, endpoint_id: int) -> HttpResponse:
    endpoint: Endpoint = opened(endpoint_for, viewer(request), endpoint_id)

    def act(values: dict[str, Any]) -> str:
        actions.edit_endpoint(endpoint=endpoint, by=viewer(request), at=timezone.now(), **values)
        return _("The webhook is changed.")

    start = {"url": endpoint.url, "description": endpoint.description, "facts": endpoint.facts}
    return form_dialog(
        request, form=EndpointForm(request.POST or None, initial=start), title=_("Change the webhook"), label=_("Save"),
        act=act, back=back(endpoint), wide=("url", "description", "facts"),
    )  # fmt: skip


@require_http_methods(BOTH)
@runs_operations
def webhook_secret(request: HttpRequest, endpoint_id: int) -> HttpResponse:
    endpoint: Endpoint = opened(endpoint_for, viewer(request), endpoint_id)

    def act(_values: dict[str, Any]) -> HttpResponse:
        _endpoint, secret = actions.rotate_secret(endpoint=endpoint, by=viewer(request), at=timezone.now())
        return _secret(request, endpoint, secret, _("The new secret"))

    return form_dialog(
        request, form=forms.Form(request.POST if request.method == "POST" else None), title=_("Make a new secret?"),
        label=_("Make it"), act=act, back=back(endpoint),
        text=_("For 24 hours messages are signed by both, so that the other side can change over without a gap."),
    )  # fmt: skip


@require_http_methods(BOTH)
@runs_operations
def webhook_replay_since(request: HttpRequest, endpoint_id: int) -> HttpResponse:
    endpoint: Endpoint = opened(endpoint_for, viewer(request), endpoint_id)

    def act(values: dict[str, Any]) -> str:
        since = timezone.make_aware(datetime.combine(values["since"], time.min))
        count = actions.replay_since(
            endpoint=endpoint,
            since=since,
            failed_only=values["failed_only"],
            by=viewer(request),
            at=timezone.now(),
        )
        return _("%(count)s messages go out again.") % {"count": count}

    return form_dialog(
        request, form=ReplayForm(request.POST or None), title=_("Send messages again"), label=_("Send again"), act=act,
        back=back(endpoint), text=_("Each keeps its id, so the other side can tell what it has seen already."),
        wide=("since", "failed_only"),
    )  # fmt: skip


@require_POST
@runs_operations
def webhook_test(request: HttpRequest, endpoint_id: int) -> HttpResponse:
    endpoint: Endpoint = opened(endpoint_for, viewer(request), endpoint_id)
    actions.send_test(endpoint=endpoint, at=timezone.now())
    return done(request, back(endpoint), _("A test is on its way. Its answer appears in the log."))


@require_POST
@runs_operations
def webhook_switch(request: HttpRequest, endpoint_id: int) -> HttpResponse:
    endpoint: Endpoint = opened(endpoint_for, viewer(request), endpoint_id)
    on = request.POST.get("on") == "1"
    actions.switch_endpoint(endpoint=endpoint, on=on, by=viewer(request), at=timezone.now())
    return done(request, back(endpoint), _("The webhook is on.") if on else _("The webhook is off."))


@require_POST
@runs_operations
def webhook_remove(request: HttpRequest, endpoint_id: int) -> HttpResponse:
    endpoint: Endpoint = opened(endpoint_for, viewer(request), endpoint_id)
    actions.remove_endpoint(endpoint=endpoint, by=viewer(request), at=timezone.now())
    return done(request, back(), _("The webhook is removed."))


@require_POST
@runs_operations
def webhook_replay(request: HttpRequest, message_id: int) -> HttpResponse:
    message: Message = opened(message_for, viewer(request), message_id)
    try:
        actions.replay(message=message, by=viewer(request), at=timezone.now())
    except actions.WebhookRefused as refusal:
        return refused(request, back(message.endpoint), refusal)
    return done(request, back(message.endpoint), _("The message goes out again."))
