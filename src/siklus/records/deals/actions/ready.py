"""Beginning with a ready pipeline instead of an empty one."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from siklus.platform.accounts.models import User
from siklus.platform.installation.current import current
from siklus.platform.journal.record import record
from siklus.records.deals.actions.pipeline import CannotChangePipeline, add_pipeline, add_stage
from siklus.records.deals.actions.reasons import add_lost_reason
from siklus.records.deals.facts import PipelineFilled
from siklus.records.deals.models import LostReason, Pipeline
from siklus.records.deals.ready import COMMON, READY


@transaction.atomic
def add_ready_pipeline(
    *, template: str, by: User | None, at: datetime, name: str = "", language: str = ""
) -> Pipeline:
    """Add a pipeline with the stages of a template, and the lost reasons that are not there yet.

    Its words are in the language of the company unless one is given ("en", "id"). Rooms that have something ready for
    such a way of selling hear of it by the fact, such as the types of demos.
    Raises CannotChangePipeline for an unknown template or a name that is taken; then nothing is added.
    """
    ready = READY.get(template)
    if ready is None:
        raise CannotChangePipeline(
            _("There is no template “%(name)s”. There are: %(known)s.")
            % {"name": template, "known": ", ".join(READY)},
            field="template",
        )
    language = language or current().language
    with override(language):
        name = name or str(ready.name)
    pipeline = add_pipeline(name=name, by=by, at=at)
    for stage in ready.stages:
        add_stage(
            pipeline=pipeline, name=_own(stage.en, stage.id, language), kind=stage.kind, colour=stage.colour,
            probability=stage.chance, rotting_days=stage.quiet, category=stage.category, by=by, at=at,
        )  # fmt: skip
    known = {one.lower() for one in LostReason.objects.values_list("name", flat=True)}
    for reason in (*ready.reasons, *COMMON):
        if not known & {reason.en.lower(), reason.id.lower()}:
            add_lost_reason(name=_own(reason.en, reason.id, language), status=reason.status, by=by, at=at)
    record(PipelineFilled(pipeline=pipeline.pk, title=pipeline.name, template=template), by=by, at=at)
    return pipeline


def _own(english: str, indonesian: str, language: str) -> str:
    return indonesian if language.startswith("id") else english
