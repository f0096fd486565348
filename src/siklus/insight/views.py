from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from siklus.analytics.definitions import DEFINITIONS
from siklus.analytics.kpis import Kpi
from siklus.insight.dashboard import Numbers, numbers_for, period_of
from siklus.insight.mirror.read import MirrorBusy
from siklus.insight.reports import Question
from siklus.platform.accounts.models import User
from siklus.platform.accounts.visibility import owner_ids
from siklus.platform.i18n.formats import days, money, number, percent
from siklus.platform.i18n.formats import month as month_of
from siklus.platform.installation.current import current
from siklus.platform.web.jinja import render
from siklus.records.activities.models import ActivityKind
from siklus.records.deals.queries import pipelines


def periods() -> list[tuple[str, str]]:
    return [
        ("this_month", _("This month")),
        ("last_month", _("Last month")),
        ("this_quarter", _("This quarter")),
        ("last_90_days", _("Last 90 days")),
        ("last_365_days", _("Last 365 days")),
        ("this_year", _("This year")),
    ]


@require_GET
def dashboard(request: HttpRequest) -> HttpResponse:
    """The first numbers: each tile says what it means and opens the list behind it."""
    viewer = request.user
    assert isinstance(viewer, User)
    known = dict(periods())
    word = request.GET.get("period", "")
    word = word if word in known else "last_365_days"
    today = timezone.localtime(timezone=current().time_zone).date()
    begin, end = period_of(word, today)
    people = _people(viewer)
    owner = request.GET.get("owner", "")
    owner_id = int(owner) if owner.isdigit() and int(owner) in people else None
    every = pipelines()
    chosen = request.GET.get("pipeline", "")
    pipeline_id = int(chosen) if chosen.isdigit() and int(chosen) in {one.pk for one in every} else None
    question = Question(
        as_of=timezone.now(), begin=begin, end=end, pipeline_id=pipeline_id, owner_id=owner_id,
        owner_ids=owner_ids(viewer), sees_unassigned=viewer.sees_unassigned,
    )  # fmt: skip
    try:
        numbers = numbers_for(question)
    except MirrorBusy:
        return render(request, "insight/preparing.html", {}, status=503)
    narrowed = {"owner": owner_id, "pipeline": pipeline_id}
    span = f"{begin.isoformat()}..{end.isoformat()}"
    context = {
        "tiles": _tiles(numbers, span, narrowed, current().currency),
        "months": numbers.months,
        "month_names": [_month_name(month["month"]) for month in numbers.months],
        "month_links": [_link(narrowed, status="won", closed=month["month"]) for month in numbers.months],
        "funnel": _funnel_rows(numbers, span, owner_id),
        "activity_rows": _activity_rows(numbers, people),
        "activity_kinds": [(kind.value, str(kind.label)) for kind in ActivityKind],
        "currency": current().currency,
        "periods": periods(),
        "period": word,
        "period_label": known[word],
        "begin": begin,
        "end": end,
        "people": sorted(people.items(), key=lambda item: item[1]),
        "owner_id": owner_id,
        "pipelines": [(one.pk, one.name) for one in every],
        "pipeline_id": pipeline_id,
        "has_deals": bool(numbers.figures["deal_counts"].parts["open"] or numbers.figures["deal_counts"].n),
    }
    return render(request, "insight/dashboard.html", context)


def _people(viewer: User) -> dict[int, str]:
    seen = owner_ids(viewer)
    users = User.objects.filter(is_active=True, role__in=["rep", "manager"])
    if seen is not None:
        users = users.filter(pk__in=seen)
    return dict(users.values_list("id", "name"))


def _link(narrowed: dict[str, Any], **values: str) -> str:
    query = {key: value for key, value in {**narrowed, **values}.items() if value}
    return f"{reverse('desk:deals')}?{urlencode(query)}"


def _tiles(numbers: Numbers, span: str, narrowed: dict[str, Any], currency: str) -> list[dict[str, Any]]:
    now, then = numbers.figures, numbers.before
    rate, size, cycle = now["win_rate"], now["average_deal_size"], now["sales_cycle"]
    won, pipe, weighted = now["won_value"], now["open_pipeline"], now["weighted_pipeline"]
    closed = _link(narrowed, status="won,lost,no_decision", closed=span)
    won_list = _link(narrowed, status="won", closed=span)
    open_list = _link(narrowed, status="open")
    return [
        _tile("win_rate", _ratio(rate.value), closed, n=rate.n, delta=_points(rate.value, then["win_rate"].value),
              note=_("95 %%: %(low)s – %(high)s") % {"low": percent(rate.low), "high": percent(rate.high)}
              if rate.low is not None else ""),
        _tile("won_value", money(won.value, currency, compact=True), won_list, n=won.n,
              delta=_change(won.value, then["won_value"].value)),
        _tile("average_deal_size", money(size.value, currency, compact=True) if size.value else "–", won_list, n=size.n,
              delta=_change(size.value, then["average_deal_size"].value),
              note=_median(size, currency)),
        _tile("sales_cycle", _days(cycle.value), won_list, n=cycle.n,
              delta=_change(cycle.value, then["sales_cycle"].value), less_is_better=True,
              note=_("80 %% within %(days)s") % {"days": _days(cycle.parts["p80"])} if cycle.n else ""),
        _tile("open_pipeline", money(pipe.value, currency, compact=True), open_list, n=pipe.n,
              note=_("%(count)s without an amount") % {"count": number(pipe.parts["without_value"])}
              if pipe.parts["without_value"] else ""),
        _tile("weighted_pipeline", money(weighted.value, currency, compact=True), open_list, n=weighted.n),
    ]  # fmt: skip


def _tile(
    name: str,
    value: str,
    href: str,
    *,
    n: int,
    delta: float | str | None = None,
    less_is_better: bool = False,
    note: str = "",
) -> dict[str, Any]:
    known = DEFINITIONS[name]
    direction = None
    if isinstance(delta, float) and delta:
        direction = (delta < 0) if less_is_better else (delta > 0)
    return {
        "label": _(known.title), "value": value, "href": href, "n": n, "delta": delta, "good": direction, "note": note,
        "explain": (_(known.definition), _(known.formula), None),
    }  # fmt: skip


def _month_name(month: str) -> str:
    """“2026-11” as people read it on an axis."""
    year, number_ = map(int, month.split("-"))
    return month_of(date(year, number_, 1))


def _median(size: Kpi, currency: str) -> str:
    if not size.n:
        return ""
    return _("median %(value)s") % {"value": money(size.parts["median"], currency, compact=True)}


def _ratio(value: float | None) -> str:
    return "–" if value is None else percent(value, 1)


def _days(value: float | None) -> str:
    return "–" if value is None else days(round(value))


def _change(value: Any, before: Any) -> float | None:
    """Growth against a period of the same length; nothing when there is nothing to compare with."""
    if not value or not before:
        return None
    return float(value) / float(before) - 1


def _points(value: float | None, before: float | None) -> float | None:
    return None if value is None or before is None else value - before


def _funnel_rows(numbers: Numbers, span: str, owner_id: int | None) -> list[dict[str, Any]]:
    return [
        {
            "label": row["stage"].name,
            "value": row["reached"],
            "colour": row["stage"].colour,
            # The stage says the pipeline; a deal that went on to another pipeline reached it all the same.
            "href": _link({"owner": owner_id}, status="any", created=span, reached=str(row["stage"].pk)),
        }
        for row in numbers.funnel
    ]


def _activity_rows(numbers: Numbers, people: dict[int, str]) -> list[tuple[str, list[int], int]]:
    """Per person: how many of each kind, and the sum; the busiest first."""
    kinds = [kind.value for kind in ActivityKind]
    rows = []
    for owner, counts in numbers.activities.items():
        name = people.get(owner) if owner else None
        rows.append((name or _("Others"), [counts.get(kind, 0) for kind in kinds], sum(counts.values())))
    return sorted(rows, key=lambda row: -row[2])
