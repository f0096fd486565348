"""Settings of web forms: the list with what came of each, the builder, the snippets, what was sent."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from siklus.cycle.prospecting.actions import add_form, edit_form, retire_form
from siklus.cycle.prospecting.actions.forms import TEXTS
from siklus.cycle.prospecting.models import SubmissionState, WebForm
from siklus.cycle.prospecting.queries import form_counts, form_for
from siklus.cycle.prospecting.web.fields import Asked, askable, label_of
from siklus.desk.pages.answers import REFUSALS, done, opened, runs_operations, viewer
from siklus.desk.settings.views.shared import subjects
from siklus.platform.accounts.models import User
from siklus.platform.web.jinja import render
from siklus.records.deals.queries import pipelines
from siklus.records.fields.record import StaleEdit

BOTH = ["GET", "POST"]
SHOWN = 100
FIRST = {"contact.name": True, "contact.email": True, "contact.phone": False, "company.name": False,
         "lead.description": False}  # fmt: skip
PLAIN = ("name", "slug", "redirect_url", "source", "campaign")


def back() -> str:
    return reverse("desk:settings_forms")


@require_GET
@runs_operations
def forms(request: HttpRequest) -> HttpResponse:
    counts = form_counts()
    nothing = dict.fromkeys(("sent", "waiting", "spam", "leads", "qualified", "won"), 0)
    rows = WebForm.objects.select_related("owner").order_by("retired_at", "id")
    found = [(one, counts.get(one.pk, nothing)) for one in rows if one.retired_at is None]
    return _page(request, "forms", {"forms": found})


@require_http_methods(BOTH)
@runs_operations
def form_new(request: HttpRequest) -> HttpResponse:
    known = askable()
    start: dict[str, Any] = {
        "name": "", "slug": "", "is_open": True, "redirect_url": "", "source": "", "campaign": "", "origins": "",
        "confirms_by_mail": False, "pipeline": "", "owner": "", "version": "", "texts": {}, "rows": _rows(
            [{"key": key, "required": needed, "label": {}} for key, needed in FIRST.items()], known
        ),
    }  # fmt: skip

    def save(values: dict[str, Any]) -> WebForm:
        return add_form(slug=values.pop("slug"), by=viewer(request), at=timezone.now(), **values)

    return _builder(request, start, known, save, None)


@require_http_methods(BOTH)
@runs_operations
def form_edit(request: HttpRequest, form_id: int) -> HttpResponse:
    form: WebForm = opened(form_for, viewer(request), form_id)
    known = askable()
    start: dict[str, Any] = {
        "name": form.name, "slug": form.slug, "is_open": form.is_open, "redirect_url": form.redirect_url,
        "source": form.source, "campaign": form.campaign, "origins": "\n".join(form.origins),
        "confirms_by_mail": form.confirms_by_mail, "pipeline": form.pipeline_id or "", "owner": form.owner_id or "",
        "version": form.version, "texts": form.texts, "rows": _rows(form.fields, known),
    }  # fmt: skip

    def save(values: dict[str, Any]) -> WebForm:
        values.pop("slug")
        version = request.POST.get("version", "")
        return edit_form(
            form=form, by=viewer(request), at=timezone.now(),
            expected_version=int(version) if version.isdecimal() and len(version) < 9 else None, **values,
        )  # fmt: skip

    return _builder(request, start, known, save, form)


def _builder(
    request: HttpRequest, shown: dict[str, Any], known: Mapping[str, Asked], save: Any, form: WebForm | None
) -> HttpResponse:
    status, error, field = 200, "", ""
    if request.method == "POST":
        shown, values = _read(request, known)
        try:
            made = save(values)
        except REFUSALS as refusal:
            error, field = str(refusal), getattr(refusal, "field", "") or ""
            status = 409 if isinstance(refusal, StaleEdit) else 422
        else:
            messages.success(request, _("%(name)s is saved.") % {"name": made.name})
            return redirect(reverse("desk:form_edit", args=[made.pk]))
    people = User.objects.filter(is_active=True).order_by("name").values_list("pk", "name")
    names = {
        "form": form, "shown": shown, "error": error, "field": field, "text_names": _text_names(),
        "people": list(people), "pipelines": [(one.pk, one.name) for one in pipelines()],
        "snippets": _snippets(request, form, known) if form else None,
    }  # fmt: skip
    return _page(request, "builder", names, status)


def _text_names() -> list[tuple[str, str, str]]:
    return [
        ("heading", _("Heading"), ""), ("intro", _("Introduction"), ""), ("button", _("Button"), ""),
        ("consent", _("Consent"), _("With a text here, nobody can send without ticking it; text and time are kept.")),
        ("thanks", _("Thanks"), ""),
    ]  # fmt: skip


def _rows(fields: list[dict[str, Any]], known: Mapping[str, Asked]) -> list[dict[str, Any]]:
    """Those that are asked, in their order, then all others."""
    rows = [
        {
            "asked": known[one["key"]],
            "used": True,
            "required": one["required"],
            "label": one["label"],
            "place": n,
        }
        for n, one in enumerate(fields, 1)
        if one["key"] in known
    ]
    used = {one["key"] for one in fields}
    rows += [
        {"asked": one, "used": False, "required": False, "label": {}, "place": ""}
        for one in known.values()
        if one.key not in used
    ]
    return rows


def _read(request: HttpRequest, known: Mapping[str, Asked]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What was posted, as the page shows it and as the verb takes it."""
    posted = request.POST
    rows: list[tuple[int, int, dict[str, Any]]] = []
    for n, key in enumerate(known):
        if posted.get(f"use:{key}") == "1":
            place = posted.get(f"place:{key}", "")
            label = {lang: posted.get(f"label_{lang}:{key}", "")[:200] for lang in ("en", "id")}
            field = {"key": key, "required": posted.get(f"need:{key}") == "1", "label": label}
            rows.append((int(place) if place.isdecimal() and len(place) < 4 else 999, n, field))
    fields = [field for _place, _n, field in sorted(rows, key=lambda row: row[:2])]
    texts = {text: {lang: posted.get(f"{text}_{lang}", "") for lang in ("en", "id")} for text in TEXTS}
    ticks = {name: posted.get(name) == "1" for name in ("is_open", "confirms_by_mail")}
    plain = {name: posted.get(name, "")[:600] for name in PLAIN}
    chosen: dict[str, Any] = {"owner": None, "pipeline": None}
    if posted.get("owner", "").isdecimal():
        chosen["owner"] = User.objects.filter(pk=int(posted["owner"][:15]), is_active=True).first()
    if posted.get("pipeline", "").isdecimal():
        chosen["pipeline"] = next((one for one in pipelines() if str(one.pk) == posted["pipeline"]), None)
    origins = posted.get("origins", "").split()
    values = {**plain, **ticks, **chosen, "fields": fields, "texts": texts, "origins": origins}
    shown = {
        **plain, **ticks, "texts": texts, "rows": _rows(fields, known), "origins": posted.get("origins", ""),
        "owner": posted.get("owner", ""), "pipeline": posted.get("pipeline", ""), "version": posted.get("version", ""),
    }  # fmt: skip
    return shown, values


def _snippets(request: HttpRequest, form: WebForm, known: Mapping[str, Asked]) -> dict[str, Any]:
    address = request.build_absolute_uri(reverse("desk:form_public", args=[form.slug]))
    fields = [
        {"asked": known[one["key"]], "label": label_of(one, known[one["key"]]), "required": one["required"]}
        for one in form.fields
        if one["key"] in known
    ]
    plain = render(
        request, "desk/web_forms/_plain_snippet.html", {"address": address, "form": form, "fields": fields}
    )
    frame = render(request, "desk/web_forms/_frame_snippet.html", {"address": address, "form": form})
    return {
        "address": address,
        "plain": plain.content.decode().strip(),
        "frame": frame.content.decode().strip(),
    }


@require_POST
@runs_operations
def form_retire(request: HttpRequest, form_id: int) -> HttpResponse:
    form: WebForm = opened(form_for, viewer(request), form_id)
    retire_form(form=form, by=viewer(request), at=timezone.now())
    return done(request, back(), _("%(name)s is retired. What was sent stays.") % {"name": form.name})


@require_GET
@runs_operations
def submissions(request: HttpRequest, form_id: int) -> HttpResponse:
    """What came by a form, the newest first, with what became of it."""
    form: WebForm = opened(form_for, viewer(request), form_id)
    asked = request.GET.get("state", "")
    state = asked if asked in SubmissionState.values else ""
    rows = form.submissions.select_related("deal", "contact", "company", "deal__stage").order_by("-id")
    found = list((rows.filter(state=state) if state else rows.exclude(state=SubmissionState.SPAM))[:SHOWN])
    known = askable(with_retired=True)
    here = request.path
    tabs = [("", _("All")), *((one.value, one.label) for one in SubmissionState)]
    names = {
        "form": form, "counts": form_counts().get(form.pk),
        "rows": [(one, [(_label(form, key, known), _said(value)) for key, value in one.answers.items()]) for one in found],
        "tabs_shown": [
            {"label": label, "href": f"{here}?state={key}" if key else here, "current": key == state} for key, label in tabs
        ],
        "now": timezone.now(), "shown": SHOWN,
    }  # fmt: skip
    return _page(request, "submissions", names)


def _label(form: WebForm, key: str, known: Mapping[str, Asked]) -> str:
    own: dict[str, Any] = next((one for one in form.fields if one["key"] == key), {})
    return label_of(own, known[key]) if key in known else key


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _page(request: HttpRequest, name: str, names: dict[str, Any], status: int = 200) -> HttpResponse:
    context = {"here": "forms", "subjects": subjects(request), **names}
    return render(request, f"desk/web_forms/{name}.html", context, status=status)
