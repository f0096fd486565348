"""Pages of the calculators. All figures stand in the address, so that a reckoning can be sent on; nothing is kept."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from siklus.insight.calculators import CALCULATORS, Answer, WrongFigures, figures, typed_of
from siklus.insight.mirror.read import MirrorBusy
from siklus.insight.reports import Question, kpi_report
from siklus.platform.accounts.models import User
from siklus.platform.accounts.visibility import owner_ids
from siklus.platform.installation.current import current
from siklus.platform.web.jinja import render


@require_GET
def calculator(request: HttpRequest, key: str = "win-rate") -> HttpResponse:
    """One calculator, with the figures of the address or an example; as a fragment only what comes out."""
    if key not in CALCULATORS:
        raise Http404
    viewer = request.user
    assert isinstance(viewer, User)
    one = CALCULATORS[key]
    typed = typed_of(one, request.GET.dict())
    answer: Answer | None = None
    errors: dict[str, str] = {}
    try:
        answer = one.answer(figures(one, typed))
    except WrongFigures as wrong:
        errors = wrong.errors
    names: dict[str, Any] = {
        "one": one, "typed": typed, "answer": answer, "errors": errors, "calculators": CALCULATORS.values(),
        "currency": current().currency,
    }  # fmt: skip
    if "HX-Request" in request.headers:
        return render(request, "insight/_calculated.html", names)
    names["own"] = own_address(key, viewer)
    return render(request, "insight/calculator.html", names)


def own_address(key: str, viewer: User) -> str:
    """The same calculator with the figures of the last 365 days, as far as the viewer sees them; empty without any."""
    found = {"win-rate": _win_rate, "velocity": _velocity, "noise": _noise}.get(key)
    if found is None:
        return ""
    try:
        values = found(viewer)
    except MirrorBusy:
        return ""
    if not values or None in values.values():
        return ""
    path = reverse("insight:calculator", args=[key])
    return f"{path}?{urlencode(values)}"


def _asked(viewer: User, first: int, last: int = 0) -> Any:
    """The figures of the days from `first` to `last` days ago."""
    now = timezone.now()
    today = now.astimezone(current().time_zone).date()
    question = Question(
        as_of=now, begin=today - timedelta(days=first), end=today - timedelta(days=last),
        owner_ids=owner_ids(viewer), sees_unassigned=viewer.sees_unassigned,
    )  # fmt: skip
    return kpi_report(question)


def _win_rate(viewer: User) -> dict[str, Any]:
    rate = _asked(viewer, 364)["win_rate"]
    return {"hits": rate.numerator, "n": rate.denominator} if rate.n else {}


def _velocity(viewer: User) -> dict[str, Any]:
    year = _asked(viewer, 364)
    rate, size, cycle = (year[name].value for name in ("win_rate", "average_deal_size", "sales_cycle"))
    if rate is None or size is None or cycle is None:
        return {}
    return {
        "deals": year["open_pipeline"].parts["count"], "amount": round(size), "win_rate": _percent(rate),
        "cycle_days": round(cycle),
    }  # fmt: skip


def _noise(viewer: User) -> dict[str, Any]:
    after, before = _asked(viewer, 181)["win_rate"], _asked(viewer, 363, 182)["win_rate"]
    if not after.n or not before.n:
        return {}
    return {
        "hits_before": before.numerator, "n_before": before.denominator, "hits_after": after.numerator,
        "n_after": after.denominator,
    }  # fmt: skip


def _percent(share: float) -> str:
    return f"{share * 100:.1f}"
