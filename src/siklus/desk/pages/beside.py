"""What stands beside a deal: the panels of the rooms, in one answer that the page asks for after it has come."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from siklus.cycle.objections.queries import of_deal
from siklus.desk.closing.plans import panel as plan
from siklus.desk.closing.quotes import panel as quotes
from siklus.desk.closing.reviews import deal_review
from siklus.desk.closing.rules import deal_ahead
from siklus.desk.demos.booking import panel as demos
from siklus.desk.outreach.enrolments import deal_sequences
from siklus.desk.outreach.threads import record_mail
from siklus.desk.pages.answers import opened, opening_once, viewer
from siklus.desk.qualification.on_deal import panel as qualification
from siklus.desk.research.on_deal import panel as research
from siklus.platform.web.jinja import render
from siklus.records.deals.models import Deal
from siklus.records.deals.queries import deal_for, deals_for

OTHERS = 5


@require_GET
def deal_beside(request: HttpRequest, deal_id: int) -> HttpResponse:
    """Every panel whose room lets the viewer in."""
    with opening_once():
        deal: Deal = opened(deal_for, viewer(request), deal_id)
        panels: list[Callable[..., HttpResponse]] = [
            _mail, deal_sequences, deal_ahead if deal.is_open else deal_review, quotes, plan, qualification, _objections,
            demos, research, _others,
        ]  # fmt: skip
        return HttpResponse(b"".join(panel(request, deal_id=deal_id).content for panel in panels))


def _mail(request: HttpRequest, deal_id: int) -> HttpResponse:
    return record_mail(request, kind="deal", record_id=deal_id)


def _objections(request: HttpRequest, deal_id: int) -> HttpResponse:
    deal: Deal = opened(deal_for, viewer(request), deal_id)
    names = {
        "deal": deal, "objections": of_deal(deal_id), "can_change": viewer(request).can_work_deals,
        "now": timezone.now(),
    }  # fmt: skip
    return render(request, "desk/objections/_panel.html", names)


def _others(request: HttpRequest, deal_id: int) -> HttpResponse:
    """Further deals of the same company, for the place kept for them on the page."""
    deal: Deal = opened(deal_for, viewer(request), deal_id)
    if not deal.company_id:
        return HttpResponse()
    same = deals_for(viewer(request)).filter(company_id=deal.company_id).exclude(pk=deal.pk)
    found = list(same.select_related("stage").order_by("-id")[: OTHERS + 1])
    names = {"deal": deal, "others": found[:OTHERS], "has_more": len(found) > OTHERS}
    return render(request, "desk/pages/_others.html", names)
