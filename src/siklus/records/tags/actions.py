"""Putting tags on records. The room that owns the record journals it."""

from collections import defaultdict
from collections.abc import Iterable

from django.utils.translation import gettext as _

from siklus.records.fields.record import Refused
from siklus.records.tags.models import Tag, Tagging


def named(names: Iterable[str]) -> list[Tag]:
    """The tags of these names; new ones are made. Spelling differs in nothing but case: the first one stays."""
    wanted: dict[str, str] = {}
    for name in names:
        name = " ".join(name.split())
        if not name:
            continue
        if len(name) > 60:
            raise Refused(_("A tag has at most 60 letters."), field="tags")
        wanted.setdefault(name.lower(), name)
    known = {tag.name.lower(): tag for tag in Tag.objects.all()} if wanted else {}
    return [known.get(key) or Tag.objects.create(name=name) for key, name in wanted.items()]


def set_tags(kind: str, object_id: int, tags: list[Tag]) -> tuple[list[str], list[str]]:
    """Make these the record's tags: (names added, names removed)."""
    before = {
        row.tag_id: row
        for row in Tagging.objects.filter(kind=kind, object_id=object_id).select_related("tag")
    }
    after = {tag.pk: tag for tag in tags}
    added = [tag for pk, tag in after.items() if pk not in before]
    removed = [row for pk, row in before.items() if pk not in after]
    Tagging.objects.bulk_create([Tagging(tag=tag, kind=kind, object_id=object_id) for tag in added])
    Tagging.objects.filter(pk__in=[row.pk for row in removed]).delete()
    return sorted(tag.name for tag in added), sorted(row.tag.name for row in removed)


def tags_of(kind: str, object_id: int) -> list[Tag]:
    return list(Tag.objects.filter(taggings__kind=kind, taggings__object_id=object_id))


def tags_by_record(kind: str, object_ids: Iterable[int]) -> dict[int, list[Tag]]:
    """Tags of many records in one question."""
    found: dict[int, list[Tag]] = defaultdict(list)
    rows = Tagging.objects.filter(kind=kind, object_id__in=list(object_ids)).select_related("tag")
    for row in rows.order_by("tag__name"):
        found[row.object_id].append(row.tag)
    return found
