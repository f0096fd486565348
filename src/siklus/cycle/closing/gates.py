"""The rules that a company made for its stages, asked together: one refusal names all that is missing."""

from django.utils.translation import gettext as _

from siklus.cycle.closing.queries import missing_for, rules_of
from siklus.records.deals.gates import GateClosed, gate
from siklus.records.deals.models import Deal, Stage


@gate("research", "contact", "demo", "objections", "closing")
def stage_rules(deal: Deal, target: Stage) -> None:
    """Asked on the way forward only: whoever goes back, goes back to do something."""
    here = deal.stage if deal.pk is not None else None
    is_back = here is not None and here.pipeline_id == target.pipeline_id and target.position < here.position
    if not is_back:
        _ask(deal, target.pipeline_id, target)


@gate("won")
def winning_rules(deal: Deal, target: Stage) -> None:
    _ask(deal, target.pipeline_id, None)


def _ask(deal: Deal, pipeline_id: int, stage: Stage | None) -> None:
    missing = missing_for(deal, rules_of(pipeline_id, stage.pk if stage else None))
    if missing:
        names = {"stage": stage.name if stage else _("Won"), "list": "; ".join(map(str, missing))}
        raise GateClosed(_("“%(stage)s” asks for more. Still missing: %(list)s.") % names, field="stage")
