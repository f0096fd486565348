"""The catalogue that a new company starts with."""

from datetime import datetime

from django.db import transaction

from siklus.cycle.objections.actions.catalogue import add_response, add_type
from siklus.cycle.objections.models import ObjectionType
from siklus.cycle.objections.ready import READY
from siklus.platform.accounts.models import User


@transaction.atomic
def add_ready_catalogue(*, by: User | None, at: datetime) -> list[ObjectionType]:
    """Add the ready types with their responses; those that are there already stay as they are."""
    known = set(ObjectionType.objects.values_list("kind", flat=True))
    added = []
    for kind, (name_en, name_id), responses in READY:
        if kind not in known:
            type_ = add_type(kind=kind, name_en=name_en, name_id=name_id, by=by, at=at)
            for wording in responses:
                add_response(type=type_, wording=wording, by=by, at=at)
            added.append(type_)
    return added
