"""A lead that becomes a deal before its qualification says so, where the pipeline asks for it."""

from django.utils.translation import gettext as _

from siklus.cycle.qualification.queries import State, state_of
from siklus.records.deals.gates import QUALIFIED, GateClosed, gate
from siklus.records.deals.models import Deal, Kind, Stage


@gate(QUALIFIED)
def is_qualified(deal: Deal, target: Stage) -> None:
    """Name what is missing. Only new business: who buys again has been qualified."""
    if deal.kind != Kind.NEW:
        return
    state = state_of(deal, target.pipeline_id)
    if state is not None and state.rule.is_demanded and not state.is_enough:
        text = _("This lead is not qualified yet by %(name)s: %(missing)s.")
        raise GateClosed(
            text % {"name": state.rule.framework.name, "missing": missing_in(state)}, field="stage"
        )


def missing_in(state: State) -> str:
    """What keeps a qualification from being enough, for people."""
    parts = []
    if not state.reaches:
        parts.append(
            _("the score is %(score)s of at least %(least)s")
            % {"score": state.score.percent, "least": state.rule.least_score}
        )
    if state.musts:
        parts.append(
            _("not met: %(items)s") % {"items": _named([row.criterion.label for row in state.musts])}
        )
    if state.unproven:
        parts.append(
            _("without evidence: %(items)s")
            % {"items": _named([row.criterion.label for row in state.unproven])}
        )
    return "; ".join(parts)


def _named(labels: list[str]) -> str:
    return ", ".join(f"“{label}”" for label in labels[:3]) + ("…" if len(labels) > 3 else "")
