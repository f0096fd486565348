"""Names that filters and rows need: each is asked once per edition of the reference data, tags once per page."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from django.utils import timezone

from siklus.cycle.prospecting.queries import has_active_profile
from siklus.platform.accounts.models import Team, User
from siklus.platform.accounts.visibility import owner_ids
from siklus.platform.installation.edition import Reference
from siklus.records.deals.models import LostReason, Pipeline, Stage
from siklus.records.fields.actions import definitions
from siklus.records.fields.models import FieldDefinition
from siklus.records.tags.models import Tag


@dataclass(frozen=True, slots=True)
class Person:
    id: int
    name: str
    is_active: bool
    path: str


class Lookups:
    """What the viewer's page knows of people, stages, tags and own fields."""

    def __init__(self, viewer: User, now: datetime) -> None:
        self.viewer = viewer
        self.now = now

    @cached_property
    def today(self) -> date:
        return timezone.localtime(self.now).date()

    @cached_property
    def reference(self) -> Reference:
        return Reference()

    @cached_property
    def people(self) -> dict[int, Person]:
        return self.reference.get("people", _people)

    @cached_property
    def owners(self) -> list[Person]:
        """People whose records the viewer may see: the owners to choose from."""
        allowed = owner_ids(self.viewer)
        return [one for one in self.people.values() if allowed is None or one.id in allowed]

    @cached_property
    def team_ids(self) -> list[int]:
        """Members of the viewer's team and the teams below."""
        own = self.people.get(self.viewer.pk)
        if own is None or not own.path:
            return [self.viewer.pk]
        return sorted({one.id for one in self.people.values() if one.path.startswith(own.path)} | {own.id})

    @cached_property
    def stages(self) -> dict[int, Stage]:
        return self.reference.get("stages", _stages)

    @cached_property
    def pipelines(self) -> list[Pipeline]:
        """Pipelines in use that have a stage in use."""
        found = {one.pipeline_id: one.pipeline for one in self.stages.values() if one.retired_at is None}
        return [one for one in found.values() if one.retired_at is None]

    @cached_property
    def tags(self) -> dict[str, Tag]:
        return {tag.name.lower(): tag for tag in Tag.objects.all()}

    @cached_property
    def lost_reasons(self) -> dict[int, str]:
        return self.reference.get("lost reasons", lambda: dict(LostReason.objects.values_list("id", "name")))

    @cached_property
    def teams(self) -> dict[int, str]:
        return self.reference.get(
            "teams", lambda: dict(Team.objects.order_by("name").values_list("id", "name"))
        )

    @cached_property
    def has_fit(self) -> bool:
        """Is anybody graded by an ideal customer?"""
        return self.reference.get("fit", has_active_profile)

    def fields(self, record: str) -> list[FieldDefinition]:
        return self.reference.get(("fields", record), lambda: definitions(record))


def _people() -> dict[int, Person]:
    rows = User.objects.order_by("name", "id").values_list("id", "name", "is_active", "team__path")
    return {pk: Person(pk, name, active, path or "") for pk, name, active, path in rows}


def _stages() -> dict[int, Stage]:
    rows = Stage.objects.select_related("pipeline")
    return {one.pk: one for one in rows.order_by("pipeline__position", "pipeline_id", "position", "id")}
