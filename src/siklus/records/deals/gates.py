"""What must be true before a deal may come into a stage. Rooms of the cycle register theirs here."""

from collections import defaultdict
from collections.abc import Callable

from siklus.records.deals.models import Deal, Stage
from siklus.records.fields.record import Refused

Gate = Callable[[Deal, Stage], None]
QUALIFIED = "qualified"  # beside the kinds of stages: a lead becomes a deal
_gates: dict[str, list[Gate]] = defaultdict(list)


class GateClosed(Refused):
    """The deal may not come in here yet; the text says what is missing."""


def gate(*kinds: str) -> Callable[[Gate], Gate]:
    """Ask this function before a deal enters a stage of these kinds. It raises GateClosed to refuse."""

    def register(function: Gate) -> Gate:
        for kind in kinds:
            _gates[kind].append(function)
        return function

    return register


def ask_gates(deal: Deal, target: Stage, *, kind: str = "", qualifies: bool = False) -> None:
    """Ask every gate and raise what all of them say at once: people mend everything in one go.

    Winning and qualifying are no stages: they ask the gates of the kinds `won` and `qualified` where the deal stands.
    `qualifies`: on the way the lead becomes a deal, so the gates of that are asked too.
    """
    refusals = []
    for ask in [*_gates[kind or target.kind], *(_gates[QUALIFIED] if qualifies else ())]:
        try:
            ask(deal, target)
        except GateClosed as refusal:
            refusals.append(refusal)
    if len(refusals) == 1:
        raise refusals[0]
    if refusals:
        raise GateClosed(" ".join(one.message for one in refusals), field=refusals[0].field)


def close_for_good(function: Gate) -> None:
    """Take a gate out again (tests)."""
    for gates in _gates.values():
        if function in gates:
            gates.remove(function)
