"""What the board is told after a verb: the card and a toast. The board then asks for its new totals."""

from django.http import HttpResponse

from siklus.desk.board.columns import card_of
from siklus.desk.filters.read import Filter
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
    stood: bool = True,
) -> HttpResponse:
    """Everything out of band. A dropped card stays where it was put; any other goes on top of its column.

    `stood` says whether the board showed the card before.
    """
    was_dropped = "before" in request.POST and request.GET.get("undo") != "1"
    context = {
        "made": made,
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
    response["HX-Trigger-After-Settle"] = '{"dialog:close": true, "board_changed": true}'
    return response
