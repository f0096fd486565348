"""Types of demos, and the rule of a pipeline."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from siklus.cycle.demos.facts import DemoRuleSet, DemoTypeAdded, DemoTypeChanged, DemoTypeRetired
from siklus.cycle.demos.models import DemoRule, DemoType, Format, Place
from siklus.cycle.demos.ready import READY
from siklus.platform.accounts.models import User
from siklus.platform.journal.record import record
from siklus.records.deals.models import Pipeline
from siklus.records.fields.record import Refused, apply, check_version

EDITABLE = ("format", "name_en", "name_id", "minutes", "place", "where", "checklist", "materials", "position")
MOST = 30


class CannotChangeDemoType(Refused):
    """The type cannot be as asked."""


@transaction.atomic
def add_demo_type(
    *,
    by: User | None,
    at: datetime,
    name_en: str = "",
    name_id: str = "",
    format: str = Format.OWN,
    minutes: int = 45,
    place: str = Place.ONLINE,
    where: str = "",
    checklist: Sequence[dict[str, str]] = (),
    materials: Sequence[dict[str, str]] = (),
) -> DemoType:
    """Add a type after the others. One language is enough, both are better."""
    last = DemoType.objects.aggregate(last=Max("position"))["last"]
    made = DemoType(
        format=format, name_en=name_en, name_id=name_id, minutes=minutes, place=place, where=where,
        checklist=list(checklist), materials=list(materials), position=0 if last is None else last + 1,
        created_at=at, updated_at=at,
    )  # fmt: skip
    _check(made)
    made.save()
    record(DemoTypeAdded(demo_type=made.pk, title=made.name, format=made.format), by=by, at=at)
    return made


@transaction.atomic
def edit_demo_type(
    *, type: DemoType, by: User | None, at: datetime, expected_version: int | None = None, **values: Any
) -> DemoType:
    """Change a type. Demos already booked stay as they are."""
    type = DemoType.objects.select_for_update().get(pk=type.pk)
    check_version(type, expected_version)  # type: ignore[arg-type]
    changes = apply(type, values, editable=EDITABLE)
    if changes:
        _check(type)
        type.version += 1
        type.updated_at = at
        type.save()
        fact = DemoTypeChanged(demo_type=type.pk, title=type.name, changes=tuple(changes))
        record(fact, by=by, at=at)
    return type


@transaction.atomic
def retire_demo_type(*, type: DemoType, by: User | None, at: datetime) -> DemoType:
    """Offer a type no more. Its demos keep it."""
    type = DemoType.objects.select_for_update().get(pk=type.pk)
    if type.retired_at is None:
        type.retired_at, type.updated_at = at, at
        type.version += 1
        type.save()
        record(DemoTypeRetired(demo_type=type.pk, title=type.name), by=by, at=at)
    return type


def add_ready_types(*, by: User | None, at: datetime, formats: Sequence[str] | None = None) -> list[DemoType]:
    """The ready types, or those of some formats; what is there already by its English name is left alone."""
    known = set(DemoType.objects.values_list("name_en", flat=True))
    wanted = [one for one in READY if formats is None or one["format"] in formats]
    with transaction.atomic():
        return [add_demo_type(by=by, at=at, **one) for one in wanted if one["name_en"] not in known]


@transaction.atomic
def set_demo_rule(*, pipeline: Pipeline, is_demanded: bool, by: User | None, at: datetime) -> None:
    """Say whether new business of this pipeline needs a demo before it is closed."""
    rule = DemoRule.objects.filter(pipeline=pipeline).first()
    if (rule.is_demanded if rule else False) == is_demanded:
        return
    DemoRule.objects.update_or_create(pipeline=pipeline, defaults={"is_demanded": is_demanded})
    record(DemoRuleSet(pipeline=pipeline.pk, is_demanded=is_demanded), by=by, at=at)


def _check(one: DemoType) -> None:
    one.name_en, one.name_id = (" ".join(name.split())[:80] for name in (one.name_en, one.name_id))
    if not one.name_en and not one.name_id:
        raise CannotChangeDemoType(_("Give it a name, in one language at least."), field="name_en")
    if one.format not in Format.values:
        raise CannotChangeDemoType(_("“%(name)s” is no format.") % {"name": one.format}, field="format")
    if one.place not in Place.values:
        raise CannotChangeDemoType(_("“%(name)s” is no kind of place.") % {"name": one.place}, field="place")
    if not 5 <= one.minutes <= 960:
        raise CannotChangeDemoType(_("A demo takes from five minutes to sixteen hours."), field="minutes")
    one.where = one.where.strip()[:500]
    one.checklist = _rows(one.checklist, ("en", "id"), "checklist")
    one.materials = _rows(one.materials, ("en", "id", "url"), "materials")
    for row in one.materials:
        if row.get("url") and urlsplit(row["url"]).scheme not in {"http", "https"}:
            raise CannotChangeDemoType(
                _("“%(text)s” is no address. Begin with https://") % {"text": row["url"]}, field="materials"
            )


def _rows(rows: Any, keys: tuple[str, ...], field: str) -> list[dict[str, str]]:
    found = []
    for row in rows:
        clean = {key: " ".join(str(row.get(key, "")).split())[:300] for key in keys}
        clean = {key: value for key, value in clean.items() if value}
        if clean.get("en") or clean.get("id"):
            found.append(clean)
        elif clean:
            raise CannotChangeDemoType(_("Name every one of these."), field=field)
    if len(found) > MOST:
        raise CannotChangeDemoType(_("At most %(count)s of these.") % {"count": MOST}, field=field)
    return found
