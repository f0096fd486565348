"""What can happen to dossiers, competitors and the research checklist."""

from siklus.cycle.research.actions.checklist import (
    CannotChangeChecklist,
    add_item,
    edit_item,
    retire_item,
    set_research_rule,
    tick,
    untick,
)
from siklus.cycle.research.actions.competitors import (
    CannotChangeCompetitor,
    add_competitor,
    drop_rival,
    edit_competitor,
    name_rival,
    retire_competitor,
)
from siklus.cycle.research.actions.dossier import (
    CannotChangeDossier,
    attribute_key,
    note_finding,
    set_relevance,
    withdraw_finding,
)
from siklus.cycle.research.actions.website import (
    ask_for_reading,
    begin_reading,
    finish_reading,
    take_over,
)

__all__ = [
    "CannotChangeChecklist", "CannotChangeCompetitor", "CannotChangeDossier", "add_competitor", "add_item",
    "ask_for_reading", "attribute_key", "begin_reading", "drop_rival", "edit_competitor", "edit_item",
    "finish_reading", "name_rival", "note_finding", "retire_competitor", "retire_item", "set_relevance",
    "set_research_rule", "take_over", "tick", "untick", "withdraw_finding",
]  # fmt: skip
