"""The life of a web form."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.utils.translation import gettext as _

from siklus.cycle.prospecting.facts import FormAdded, FormChanged, FormRetired
from siklus.cycle.prospecting.models import WebForm
from siklus.cycle.prospecting.web.fields import askable
from siklus.platform.accounts.models import User
from siklus.platform.journal.facts import Change
from siklus.platform.journal.record import record
from siklus.records.fields.record import Refused, check_version

TEXTS = ("heading", "intro", "button", "consent", "thanks")
LANGUAGES = ("en", "id")
EDITABLE = (
    "name", "is_open", "fields", "texts", "confirms_by_mail", "redirect_url", "origins", "pipeline", "owner",
    "source", "campaign",
)  # fmt: skip
LONGEST = 4000


class CannotChangeForm(Refused):
    """The form cannot be as asked."""


@transaction.atomic
def add_form(*, name: str, by: User | None, at: datetime, slug: str = "", **values: Any) -> WebForm:
    """Add a form. Its address, `slug`, stays: it stands on pages elsewhere."""
    form = WebForm(slug=_slug(slug or name), created_at=at, updated_at=at)
    _apply(form, {"name": name, **values})
    form.save()
    record(FormAdded(form=form.pk, title=form.name, slug=form.slug), by=by, at=at)
    return form


@transaction.atomic
def edit_form(
    *, form: WebForm, by: User | None, at: datetime, expected_version: int | None = None, **values: Any
) -> WebForm:
    """Change a form. What was sent before keeps the words that it was sent with."""
    form = WebForm.objects.select_for_update().get(pk=form.pk)
    if form.retired_at is not None:
        raise CannotChangeForm(_("This form is retired."))
    check_version(form, expected_version)  # type: ignore[arg-type]
    consent = form.texts.get("consent", {})
    changes = _apply(form, values)
    if changes:
        if form.texts.get("consent", {}) != consent:
            form.consent_version += 1
        form.version += 1
        form.updated_at = at
        form.save()
        record(FormChanged(form=form.pk, title=form.name, changes=tuple(changes)), by=by, at=at)
    return form


@transaction.atomic
def retire_form(*, form: WebForm, by: User | None, at: datetime) -> WebForm:
    """Close a form for good. Its submissions stay."""
    form = WebForm.objects.select_for_update().get(pk=form.pk)
    if form.retired_at is None:
        form.retired_at, form.is_open, form.updated_at = at, False, at
        form.save()
        record(FormRetired(form=form.pk, title=form.name), by=by, at=at)
    return form


def _apply(form: WebForm, values: Mapping[str, Any]) -> list[Change]:
    changes = []
    for key, value in values.items():
        if key not in EDITABLE:
            raise CannotChangeForm(_("“%(field)s” cannot be changed here.") % {"field": key}, field=key)
        old, new = getattr(form, key), _clean(form, key, value)
        if old != new:
            if key in {"owner", "pipeline"}:
                changes.append(Change(key, str(old or ""), str(new or "")))
            else:
                changes.append(Change(key, old, new))
            setattr(form, key, new)
    _check(form)
    return changes


def _clean(form: WebForm, key: str, value: Any) -> Any:
    match key:
        case "name" | "source" | "campaign":
            return " ".join(str(value).split())[:120]
        case "fields":
            return _fields(value, form.fields)
        case "texts":
            return _texts(value)
        case "redirect_url":
            return _address(str(value).strip())
        case "origins":
            return _origins(value)
    return value


def _fields(given: Sequence[Mapping[str, Any]], before: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    known, had = askable(), {one["key"] for one in before}
    found: list[dict[str, Any]] = []
    for one in given:
        key = str(one.get("key", ""))
        if key not in known and key not in had:
            raise CannotChangeForm(_("A form cannot ask for “%(key)s”.") % {"key": key}, field="fields")
        if key in {field["key"] for field in found}:
            raise CannotChangeForm(_("A form asks everything once."), field="fields")
        label = one.get("label") or {}
        words = {lang: " ".join(str(label.get(lang, "")).split())[:120] for lang in LANGUAGES}
        found.append({"key": key, "required": bool(one.get("required")), "label": words})
    return found


def _texts(given: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    found = {}
    for text in TEXTS:
        words = given.get(text) or {}
        found[text] = {language: str(words.get(language, "")).strip() for language in LANGUAGES}
        if any(len(one) > LONGEST for one in found[text].values()):
            raise CannotChangeForm(_("Write at most %(count)s letters.") % {"count": LONGEST}, field=text)
    return found


def _address(text: str) -> str:
    if text and (
        urlsplit(text).scheme not in {"http", "https"} or not urlsplit(text).hostname or len(text) > 500
    ):
        raise CannotChangeForm(_("A link begins with https:// or http://."), field="redirect_url")
    return text


def _origins(given: Sequence[str]) -> list[str]:
    found = []
    for text in given:
        parts = urlsplit(text.strip())
        origin = f"{parts.scheme}://{parts.netloc}".lower()
        if parts.scheme not in {"http", "https"} or not re.fullmatch(
            r"https?://[a-z0-9.-]+(:\d{1,5})?", origin
        ):
            raise CannotChangeForm(
                _("“%(text)s” is no address of a site, such as https://www.example.com.")
                % {"text": text[:100]},
                field="origins",
            )
        found.append(origin)
    return list(dict.fromkeys(found))


def _check(form: WebForm) -> None:
    if not form.name:
        raise CannotChangeForm(_("A form needs a name."), field="name")
    asked = {one["key"]: one["required"] for one in form.fields}
    if not asked.keys() & {"contact.email", "contact.phone"}:
        raise CannotChangeForm(
            _("Ask for an e-mail or a phone number, or nobody can answer."), field="fields"
        )
    if form.confirms_by_mail and not asked.get("contact.email"):
        raise CannotChangeForm(
            _("Who shall confirm by mail must give an e-mail: make it required."), field="confirms_by_mail"
        )
    if form.owner is not None and not form.owner.is_active:
        raise CannotChangeForm(
            _("%(name)s does not work here any more.") % {"name": form.owner.name}, field="owner"
        )
    if form.pipeline is not None and form.pipeline.retired_at is not None:
        raise CannotChangeForm(_("This pipeline is retired."), field="pipeline")


def _slug(text: str) -> str:
    slug = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:50]
    if not slug:
        raise CannotChangeForm(_("An address needs letters or digits."), field="slug")
    if WebForm.objects.filter(slug=slug).exists():
        raise CannotChangeForm(_("There is a form with this address already."), field="slug")
    return slug
