"""What the pages of the settings share: the tabs, the frame, a row or 404."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from siklus.desk.pages.answers import viewer
from siklus.platform.web.jinja import render

BOTH = ["GET", "POST"]


def page(request: HttpRequest, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    return render(
        request, f"desk/settings/{name}.html", {"here": name, "subjects": subjects(request), **context},
        status=status,
    )  # fmt: skip


def subjects(request: HttpRequest) -> list[dict[str, Any]]:
    """The tabs of the settings that this visitor has."""
    found = [("profile", _("My profile"), "user")]
    if viewer(request).can_work_deals:
        found.append(("mailboxes", _("Mailboxes"), "email"))
    if viewer(request).can_run_operations:
        found += [
            ("people", _("People & teams"), "users"), ("pipelines", _("Pipelines"), "stage"),
            ("rules", _("Stage rules"), "lock"),
            ("reasons", _("Lost reasons"), "lost"), ("fields", _("Own fields"), "columns"),
            ("currencies", _("Currencies"), "money"), ("templates", _("Templates"), "note"),
            ("sending", _("Sending"), "lock"),
            ("whatsapp", _("WhatsApp"), "whatsapp"), ("demos", _("Demos"), "calendar"),
            ("objections", _("Objections"), "objection"),
            ("research", _("Research"), "research"), ("qualification", _("Qualification"), "check"),
            ("icp", _("Ideal customers"), "star"), ("assignment", _("Assignment"), "users"),
            ("response", _("First response"), "clock"),
            ("forms", _("Web forms"), "globe"),
            ("quotes", _("Quotes"), "file"),
            ("plans", _("Plans"), "flag"),
            ("automations", _("Automations"), "bolt"),
            ("webhooks", _("Webhooks"), "link"),
        ]  # fmt: skip
    return [
        {
            "label": label, "icon": icon, "key": key,
            "href": reverse("desk:profile" if key == "profile" else f"desk:settings_{key}"),
        }
        for key, label, icon in found
    ]  # fmt: skip


def row_or_404(model: Any, **where: Any) -> Any:
    row = model.objects.filter(**where).first()
    if row is None:
        raise Http404
    return row
