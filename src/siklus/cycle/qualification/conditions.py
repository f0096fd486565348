from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from siklus.cycle.qualification.gates import missing_in
from siklus.cycle.qualification.queries import state_of
from siklus.records.deals.conditions import Missing, condition
from siklus.records.deals.models import Deal


@condition("qualification", label=gettext_lazy("The qualification is enough"))
def qualification_is_enough(deal: Deal, _about: str) -> Missing | None:
    """A pipeline without a framework asks for nothing."""
    state = state_of(deal)
    if state is None or state.is_enough:
        return None
    return Missing(
        _("the qualification by %(name)s: %(missing)s")
        % {"name": state.rule.framework.name, "missing": missing_in(state)},
        _("under Qualification"),
    )
