"""What the board is told after a verb: the columns' new totals, the card, and a toast."""

from django.http import HttpResponse

from siklus.desk.board.columns import NOTHING, card_of, pipeline_of, totals_by_stage
from siklus.desk.filters.read import Filter
from siklus.desk.filters.totals import added
from siklus.desk.request import Request
from siklus.platform.installation.current import current
from siklus.platform.web.jinja import render
from siklus.records.deals.models import Deal


def board_answer(
    request: Request,
    made: Filter,
    deal: Deal,
    text: str,
    *,
    undo_url: str = "",
    left: int | None = None,
    stood: bool = True,
) -> HttpResponse:
    """Everything out of band. A dropped card stays where it was put; any other goes on top of its column.

    `stood` says whether the board showed the card before.
    """
    pipeline = pipeline_of(made)
    sums = totals_by_stage(made, pipeline) if pipeline else {}
    touched = [pk for pk in dict.fromkeys((left, deal.stage_id)) if pk in made.names.stages]
    was_dropped = "before" in request.POST and request.GET.get("undo") != "1"
    context = {
        "made": made,
        "heads": [(made.names.stages[pk], sums.get(pk, NOTHING)) for pk in touched],
        "totals": added(sums.values()),
        "deal": deal,
        "card": card_of(made, deal.pk),
        "was_dropped": was_dropped,
        "stood": stood,
        "text": text,
        "undo_url": undo_url,
        "currency": current().currency,
        "can_work": True,
    }
    response = render(request, "desk/board/_answer.html", context)
    response["HX-Reswap"] = "none"
    response["HX-Trigger-After-Settle"] = '{"dialog:close": true}'
    return response
