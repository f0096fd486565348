"""Words to begin with."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from siklus.cycle.outreach.facts import TemplateAdded, TemplateChanged, TemplateRetired
from siklus.cycle.outreach.liquid import EXAMPLE, CannotRender, render
from siklus.cycle.outreach.models import LANGUAGES, Template
from siklus.platform.accounts.models import User
from siklus.platform.journal.record import record
from siklus.records.fields.record import Refused, check_version

PARTS = ("subject", "text")
Wording = Mapping[str, Mapping[str, Any]]
MOST_VALUES = 20
_NAME = re.compile(r"[a-z0-9_]{1,512}")
_CODE = re.compile(r"[a-z]{2,3}(_[A-Z]{2})?")


class CannotChangeTemplate(Refused):
    """The template cannot be so."""


@transaction.atomic
def add_template(
    *, name: str, words: Wording, by: User | None, at: datetime, kind: str = "email"
) -> Template:
    """Add a template. It is tried with example values first: one that cannot be read is refused."""
    template = Template(kind=kind, position=Template.objects.count(), created_at=at, updated_at=at)
    _set(template, name, words)
    template.save()
    record(TemplateAdded(template=template.pk, title=template.name), by=by, at=at)
    return template


@transaction.atomic
def edit_template(
    *, template: Template, name: str, words: Wording, by: User | None, at: datetime,
    expected_version: int | None = None,
) -> Template:  # fmt: skip
    """Reword it. What was written with it stays."""
    template = Template.objects.select_for_update().get(pk=template.pk)
    check_version(template, expected_version)  # type: ignore[arg-type]
    before = (template.name, template.words)
    _set(template, name, words)
    if before != (template.name, template.words):
        template.version += 1
        template.updated_at = at
        template.save()
        record(TemplateChanged(template=template.pk, title=template.name), by=by, at=at)
    return template


@transaction.atomic
def retire_template(*, template: Template, by: User | None, at: datetime) -> Template:
    """Offer it no more."""
    template = Template.objects.select_for_update().get(pk=template.pk)
    if template.retired_at is None:
        template.retired_at = template.updated_at = at
        template.save()
        record(TemplateRetired(template=template.pk, title=template.name), by=by, at=at)
    return template


def _set(template: Template, name: str, words: Wording) -> None:
    template.name = " ".join(name.split())[:80]
    if not template.name:
        raise CannotChangeTemplate(_("Give the template a name."), field="name")
    if template.kind not in Template.Kind.values:
        raise CannotChangeTemplate(_("A template is for e-mail or for WhatsApp."), field="kind")
    found: dict[str, dict[str, Any]] = {}
    for language in LANGUAGES:
        given = {part: str(words.get(language, {}).get(part, "")).strip() for part in PARTS}
        if not any(given.values()):
            continue
        for part in PARTS:
            try:
                given[part] and render(given[part], EXAMPLE)
            except CannotRender as refusal:
                raise CannotChangeTemplate(refusal.message, field=f"{part}_{language}") from refusal
        if not given["text"] or (template.kind == "email" and not given["subject"]):
            missing = "text" if not given["text"] else "subject"
            raise CannotChangeTemplate(_("Subject and text belong together."), field=f"{missing}_{language}")
        found[language] = given | _approved(template, words.get(language, {}), language)
    if not found:
        raise CannotChangeTemplate(_("Write it in one language at least."), field="text_en")
    template.words = found


def _approved(template: Template, given: Mapping[str, Any], language: str) -> dict[str, Any]:
    """How WhatsApp knows the template in a language: its name, the code of the language, and what fills its blanks."""
    name = str(given.get("approved") or "").strip()
    if template.kind != Template.Kind.WHATSAPP or not name:
        return {}
    code = str(given.get("code") or "").strip()
    values = [str(one).strip() for one in given.get("values") or [] if str(one).strip()]
    if not _NAME.fullmatch(name):
        raise CannotChangeTemplate(
            _("WhatsApp names templates in small letters, digits and underscores."),
            field=f"approved_{language}",
        )
    if code and not _CODE.fullmatch(code):
        raise CannotChangeTemplate(_("A code is such as en, en_US or id."), field=f"code_{language}")
    if len(values) > MOST_VALUES:
        raise CannotChangeTemplate(_("These are too many values."), field=f"values_{language}")
    for one in values:
        try:
            render(one, EXAMPLE)
        except CannotRender as refusal:
            raise CannotChangeTemplate(refusal.message, field=f"values_{language}") from refusal
    return {"approved": name, "values": values} | ({"code": code} if code else {})
