"""The plan as the buyer sees it: who has its address may read it and tick what is theirs. Reading changes nothing."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from siklus.cycle.closing.actions import tick_milestone
from siklus.cycle.closing.queries import course_of, day_of, plan_behind
from siklus.platform.installation.current import current
from siklus.platform.journal.record import through
from siklus.platform.web.jinja import render
from siklus.records.fields.record import Refused


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, secret: str) -> HttpResponse:
    """Show the plan, or take a tick of the buyer."""
    plan = plan_behind(secret)
    if plan is None:
        raise Http404
    here = timezone.override(current().time_zone)
    with translation.override(plan.language), here, through("form"):
        notice, status = "", 200
        if request.method == "POST":
            is_done = "tick" in request.POST
            asked = request.POST.get("tick" if is_done else "untick", "")
            one = plan.milestones.filter(pk=asked).first() if asked.isdecimal() and len(asked) < 18 else None
            if one is None:
                raise Http404
            one.plan = plan
            try:
                name = request.POST.get("name", "")
                tick_milestone(milestone=one, is_done=is_done, name=name, at=timezone.now())
            except Refused as refusal:
                notice, status = refusal.message, 422
            else:
                return redirect("desk:plan_public", secret)
        names = {
            "plan": plan, "deal": plan.deal, "course": course_of(plan, day_of(timezone.now())), "notice": notice,
            "lang": plan.language, "seller": current().name, "today": day_of(timezone.now()),
            "name": request.POST.get("name", ""),
        }  # fmt: skip
        response = render(request, "desk/closing/public_plan.html", names, status=status)
    response.headers["Content-Language"] = plan.language
    response.headers["Referrer-Policy"] = (
        "same-origin"  # none at all would make browsers post without an origin
    )
    return response
