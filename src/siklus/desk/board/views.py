"""The pipeline as columns."""

from typing import Any

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from siklus.desk.board.columns import (
    CARDS,
    NOTHING,
    PATHS,
    columns_of,
    dress,
    pipeline_of,
    stages_shown,
    totals_by_stage,
)
from siklus.desk.filters.pages import BadCursor, page
from siklus.desk.filters.read import Filter, read_filter
from siklus.desk.filters.totals import added
from siklus.desk.request import Request
from siklus.platform.installation.current import current
from siklus.platform.web.jinja import render


def board_page(request: Request, made: Filter, context: dict[str, Any]) -> HttpResponse:
    pipeline = pipeline_of(made)
    columns = columns_of(made, pipeline) if pipeline else []
    ends = "?status=disqualified" if made.kind == "leads" else ""
    context |= {
        "pipeline": pipeline,
        "columns": columns,
        "totals": added(column.totals for column in columns),
        "zones": [
            (_("Won"), "/deals/{id}/win/", "good", "won"),
            (
                _("Disqualified") if made.kind == "leads" else _("Lost"),
                f"/deals/{{id}}/lose/{ends}",
                "bad",
                "lost",
            ),
        ],
    }
    return render(request, "desk/board/board.html", context)


@require_safe
def board_heads(request: Request, kind: str) -> HttpResponse:
    """The heads of all columns and the board's sum, as they are now: asked for after a change."""
    made = read_filter(kind, request.GET, request.user, timezone.now())
    pipeline = pipeline_of(made)
    sums = totals_by_stage(made, pipeline) if pipeline else {}
    shown = stages_shown(made, pipeline) if pipeline else []
    context = {
        "made": made,
        "heads": [(stage, sums.get(stage.pk, NOTHING)) for stage in shown],
        "totals": added(sums.values()),
        "currency": current().currency,
        "can_work": request.user.can_work_deals,
    }
    return render(request, "desk/board/_heads.html", context)


@require_safe
def column_more(request: Request, kind: str) -> HttpResponse:
    """The next cards of one column."""
    made = read_filter(kind, request.GET, request.user, timezone.now())
    stage = request.GET.get("column", "")
    if not stage.isdigit() or int(stage) not in made.names.stages:
        raise Http404
    rows = made.rows().filter(stage_id=int(stage))
    try:
        found = page(made, list(PATHS), after=request.GET.get("after", ""), size=CARDS, rows=rows)
    except BadCursor as error:
        raise Http404 from error
    dress(made, found.rows)
    context = {
        "made": made,
        "stage": made.names.stages[int(stage)],
        "cards": found.rows,
        "more": found.after,
        "currency": current().currency,
        "can_work": request.user.can_work_deals,
    }
    return render(request, "desk/board/_cards.html", context)
