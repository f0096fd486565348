"""Two records side by side: what differs, what is the same, and what hangs on each."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, ngettext_lazy

from siklus.desk.merge.kinds import Kind, label_of, suggested, value_of
from siklus.desk.pages.own import own_value
from siklus.platform.i18n import formats
from siklus.records.deals.actions.merge import STAYS
from siklus.records.fields.actions import definitions
from siklus.records.fields.merging import BY_KIND, relations_to

HANGS = {
    "activities.Activity": ngettext_lazy("%(count)s activity", "%(count)s activities", "count"),
    "deals.Deal": ngettext_lazy("%(count)s deal", "%(count)s deals", "count"),
    "contacts.Contact": ngettext_lazy("%(count)s contact", "%(count)s contacts", "count"),
    "contacts.ContactPoint": ngettext_lazy(
        "%(count)s e-mail or phone", "%(count)s e-mails and phones", "count"
    ),
    "contacts.Position": ngettext_lazy("%(count)s position", "%(count)s positions", "count"),
    "companies.Company": ngettext_lazy("%(count)s subsidiary", "%(count)s subsidiaries", "count"),
    "deals.DealContact": ngettext_lazy("%(count)s person", "%(count)s people", "count"),
    "deals.DealProduct": ngettext_lazy("%(count)s product", "%(count)s products", "count"),
    "files.Attachment": ngettext_lazy("%(count)s file", "%(count)s files", "count"),
    "tags.Tagging": ngettext_lazy("%(count)s tag", "%(count)s tags", "count"),
}
PARTS = {"contact": "deals.DealContact"}  # a part in a deal is a deal, seen from the person


@dataclass(frozen=True)
class Side:
    """One value of one record."""

    record_id: int
    text: str
    chosen: bool


@dataclass(frozen=True)
class Row:
    """One field of the two records."""

    name: str
    label: str
    sides: tuple[Side, Side]

    @property
    def is_same(self) -> bool:
        return self.sides[0].text == self.sides[1].text


def rows(kind: Kind, kept: Any, pair: tuple[Any, Any], asked: dict[str, str]) -> list[Row]:
    """Every field that one of the two knows. `asked` holds what was chosen: the id of a record by field."""
    other = pair[0] if kept.pk == pair[1].pk else pair[1]
    taken = suggested(kind, kept, other)
    texts = {name: (label_of(kind, name), [value_of(one, name) for one in pair]) for name in kind.choices}
    for field in definitions(kind.name):
        own = [own_value(field, one.custom.get(field.key)) for one in pair]
        texts[f"custom.{field.key}"] = (field.label, own)
    found = []
    for name, (label, values) in texts.items():
        if not any(values):
            continue
        chosen = asked.get(name) or str(other.pk if name in taken else kept.pk)
        sides = [Side(one.pk, text, str(one.pk) == chosen) for one, text in zip(pair, values, strict=True)]
        found.append(Row(name, label, (sides[0], sides[1])))
    return found


def fixed(kind: Kind, pair: tuple[Any, Any]) -> list[Row]:
    """What stays with the record it belongs to."""
    lines: list[tuple[str, list[str]]] = []
    if kind.name == "deal":
        lines.append((_("Stage"), [one.stage.name for one in pair]))
        lines.append((_("Status"), [_state(one) for one in pair]))
    lines.append((_("Created"), [formats.day(one.created_at) for one in pair]))
    return [
        Row("", label, (Side(pair[0].pk, texts[0], False), Side(pair[1].pk, texts[1], False)))
        for label, texts in lines
    ]


def _state(deal: Any) -> str:
    if not deal.is_open:
        return f"{deal.get_status_display()}, {formats.day(deal.closed_at)}"
    return f"{deal.get_status_display()} · {_('Lead') if deal.is_lead else _('Deal')}"


def hanging(kind: Kind, ids: Collection[int]) -> dict[int, list[str]]:
    """What would move with each of these records, counted: one question per table, however many records."""
    counts: dict[int, Counter[str]] = {pk: Counter() for pk in ids}

    def add(label: str, rows: QuerySet[Any], column: str) -> None:
        for pk, count in rows.values_list(column).annotate(count=Count("pk")).order_by():
            counts[pk][label] += count

    for model, column in relations_to(kind.model):
        label = model._meta.label
        if f"{label}.{column}" not in STAYS:
            shown = "deals.Deal" if PARTS.get(kind.name) == label else label
            add(shown, model._base_manager.filter(**{f"{column}__in": ids}), column)
    for model in BY_KIND:
        rows = model._base_manager.filter(kind=kind.name, object_id__in=ids)
        add(model._meta.label, rows, "object_id")
    return {pk: _words(found) for pk, found in counts.items()}


def _words(counts: Counter[str]) -> list[str]:
    words = []
    for label, count in counts.items():
        if label in HANGS:
            words.append(str(HANGS[label] % {"count": count}))
        else:
            words.append(
                ngettext("%(count)s other thing", "%(count)s other things", count) % {"count": count}
            )
    return words
