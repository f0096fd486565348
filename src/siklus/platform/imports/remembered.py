"""Mappings that people kept under a name."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from siklus.platform.imports.actions import ImportRefused
from siklus.platform.imports.models import RememberedMapping


def remembered_mappings(object_kind: str = "") -> QuerySet[RememberedMapping]:
    """The kept mappings by name, of one kind of import or of all."""
    found = RememberedMapping.objects.order_by("name", "id")
    return found.filter(object_kind=object_kind) if object_kind else found


def mapping_named(object_kind: str, name: str) -> dict[str, Any]:
    """The mapping kept under this name. Raises ImportRefused."""
    found = RememberedMapping.objects.filter(object_kind=object_kind, name=name.strip()).first()
    if found is None:
        raise ImportRefused(_("There is no remembered mapping “%(name)s”.") % {"name": name.strip()})
    return found.mapping


def fitting(mapping: dict[str, Any], headers: list[str]) -> dict[str, Any]:
    """What of a mapping a file with these columns can use."""
    columns = {header: to for header, to in mapping.get("columns", {}).items() if header in headers}
    return {**mapping, "columns": columns}


def forget_mapping(mapping_id: int) -> None:
    """Take a kept mapping away; imports that used it keep their own copy. Raises RememberedMapping.DoesNotExist."""
    RememberedMapping.objects.get(pk=mapping_id).delete()
