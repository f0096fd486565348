"""Types of objections, responses to them, and the rule of a pipeline."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from siklus.cycle.objections.facts import (
    ClosingRuleSet,
    ObjectionTypeAdded,
    ObjectionTypeChanged,
    ObjectionTypeRetired,
    ResponseAdded,
    ResponseChanged,
    ResponseRetired,
)
from siklus.cycle.objections.models import (
    LANGUAGES,
    STEPS,
    ClosingRule,
    ObjectionType,
    Response,
    ResponseVersion,
    TypeKind,
)
from siklus.platform.accounts.models import User
from siklus.platform.journal.record import record
from siklus.records.deals.models import Pipeline
from siklus.records.fields.record import Refused, apply, check_version

PARTS = ("title", *STEPS)
LONGEST = 4_000
Wording = Mapping[str, Mapping[str, str]]


class CannotChangeCatalogue(Refused):
    """The type or response cannot be as asked."""


@transaction.atomic
def add_type(
    *, by: User | None, at: datetime, name_en: str = "", name_id: str = "", kind: str = TypeKind.OWN
) -> ObjectionType:
    """Add a type of objection after the others. One language is enough, both are better."""
    last = ObjectionType.objects.aggregate(last=Max("position"))["last"]
    made = ObjectionType(
        kind=kind, name_en=name_en, name_id=name_id, position=0 if last is None else last + 1,
        created_at=at, updated_at=at,
    )  # fmt: skip
    _check_type(made)
    made.save()
    record(ObjectionTypeAdded(objection_type=made.pk, title=made.name, kind=made.kind), by=by, at=at)
    return made


@transaction.atomic
def edit_type(
    *, type: ObjectionType, by: User | None, at: datetime, expected_version: int | None = None, **values: Any
) -> ObjectionType:
    """Rename a type, or say what it means."""
    type = ObjectionType.objects.select_for_update().get(pk=type.pk)
    check_version(type, expected_version)  # type: ignore[arg-type]
    changes = apply(type, values, editable=("name_en", "name_id", "kind", "position"))
    if changes:
        _check_type(type)
        type.version += 1
        type.updated_at = at
        type.save()
        fact = ObjectionTypeChanged(objection_type=type.pk, title=type.name, changes=tuple(changes))
        record(fact, by=by, at=at)
    return type


@transaction.atomic
def retire_type(*, type: ObjectionType, by: User | None, at: datetime) -> ObjectionType:
    """Offer a type no more. Objections of it keep it."""
    type = ObjectionType.objects.select_for_update().get(pk=type.pk)
    if type.retired_at is None:
        type.retired_at, type.updated_at = at, at
        type.version += 1
        type.save()
        record(ObjectionTypeRetired(objection_type=type.pk, title=type.name), by=by, at=at)
    return type


@transaction.atomic
def add_response(
    *,
    type: ObjectionType,
    wording: Wording,
    by: User | None,
    at: datetime,
    proof: str = "",
    proof_url: str = "",
    owner: User | None = None,
) -> Response:
    """Add a way to answer a type of objection."""
    if type.retired_at is not None:
        raise CannotChangeCatalogue(
            _("The type %(name)s is not offered any more.") % {"name": type.name}, field="type"
        )
    response = Response.objects.create(type=type, owner=owner or by, created_at=at, updated_at=at)
    version = _worded(response, wording, proof, proof_url, by, at)
    record(ResponseAdded(response=response.pk, objection_type=type.pk, title=version.title), by=by, at=at)
    return response


@transaction.atomic
def edit_response(
    *,
    response: Response,
    by: User | None,
    at: datetime,
    wording: Wording | None = None,
    proof: str | None = None,
    proof_url: str | None = None,
    owner: User | None = None,
    expected_version: int | None = None,
) -> Response:
    """Word a response anew. Answers already given keep the words that were used."""
    response = Response.objects.select_for_update(of=("self",)).get(pk=response.pk)
    check_version(response, expected_version)  # type: ignore[arg-type]
    before = response.versions.get(number=response.version)
    changes_hands = owner is not None and response.owner_id != owner.pk
    after = (
        _clean(before.wording if wording is None else wording),
        (before.proof if proof is None else proof).strip(),
        (before.proof_url if proof_url is None else proof_url).strip(),
    )
    if after == (before.wording, before.proof, before.proof_url) and not changes_hands:
        return response
    if changes_hands:
        response.owner = owner
    response.version += 1
    version = _worded(response, *after, by, at)
    response.updated_at = at
    response.save()
    fact = ResponseChanged(response=response.pk, number=response.version, title=version.title)
    record(fact, by=by, at=at, mentions={"objection_type": response.type_id})
    return response


@transaction.atomic
def retire_response(*, response: Response, by: User | None, at: datetime) -> Response:
    """Offer a response no more. What was answered with it stays."""
    response = Response.objects.select_for_update(of=("self",)).get(pk=response.pk)
    if response.retired_at is None:
        response.retired_at = response.updated_at = at
        response.save()
        title = response.versions.get(number=response.version).title
        fact = ResponseRetired(response=response.pk, title=title)
        record(fact, by=by, at=at, mentions={"objection_type": response.type_id})
    return response


@transaction.atomic
def set_closing_rule(*, pipeline: Pipeline, refuses_open: bool, by: User | None, at: datetime) -> ClosingRule:
    """Say whether deals of a pipeline may be closed while an objection is open."""
    rule, _created = ClosingRule.objects.select_for_update().get_or_create(pipeline=pipeline)
    if rule.refuses_open != refuses_open:
        rule.refuses_open = refuses_open
        rule.save(update_fields=["refuses_open"])
        record(ClosingRuleSet(pipeline=pipeline.pk, refuses_open=refuses_open), by=by, at=at)
    return rule


def _check_type(type: ObjectionType) -> None:
    type.name_en, type.name_id = (" ".join(name.split()) for name in (type.name_en, type.name_id))
    if not type.name_en and not type.name_id:
        raise CannotChangeCatalogue(_("A type of objection needs a name."), field="name_en")
    if type.kind not in TypeKind.values:
        raise CannotChangeCatalogue(
            _("“%(kind)s” is not a kind of objection.") % {"kind": type.kind}, field="kind"
        )
    others = ObjectionType.objects.filter(retired_at=None).exclude(pk=type.pk)
    for field in ("name_en", "name_id"):
        name = getattr(type, field)
        if len(name) > 80:
            raise CannotChangeCatalogue(_("A name has at most 80 letters."), field=field)
        if name and others.filter(Q(**{f"{field}__iexact": name})).exists():
            raise CannotChangeCatalogue(
                _("A type of objection named %(name)s exists already.") % {"name": name}, field=field
            )


def _clean(wording: Wording) -> dict[str, dict[str, str]]:
    """The wording with its known parts only, in the languages that say something."""
    found: dict[str, dict[str, str]] = {}
    for language in LANGUAGES:
        said = {part: str(wording.get(language, {}).get(part, "")).strip() for part in PARTS}
        if any(said.values()):
            found[language] = said
    return found


def _worded(
    response: Response, wording: Wording, proof: str, proof_url: str, by: User | None, at: datetime
) -> ResponseVersion:
    """Store the words of a response as its version. Refuses what nobody could say."""
    said = _clean(wording)
    first = next(iter(said), "en")
    for language, parts in said.items() or [("en", {})]:
        if not parts.get("title") or len(parts["title"]) > 120:
            raise CannotChangeCatalogue(
                _("A response needs a title of at most 120 letters."), field=f"title_{language}"
            )
        if any(len(words) > LONGEST for words in parts.values()):
            raise CannotChangeCatalogue(_("Write at most %(count)s letters.") % {"count": LONGEST})
    if not said[first].get("answer"):
        raise CannotChangeCatalogue(_("A response needs an answer."), field=f"answer_{first}")
    proof_url = proof_url.strip()
    if proof_url and (urlsplit(proof_url).scheme not in {"http", "https"} or len(proof_url) > 500):
        raise CannotChangeCatalogue(_("A link begins with https://."), field="proof_url")
    return ResponseVersion.objects.create(
        response=response, number=response.version, wording=said, proof=proof.strip(), proof_url=proof_url,
        by=by, at=at,
    )  # fmt: skip
