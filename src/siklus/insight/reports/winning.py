"""Reports about what is won and lost."""

from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from siklus.analytics import kpis
from siklus.analytics.cohorts import lead_cohorts
from siklus.analytics.rates import Rate
from siklus.analytics.reasons import lost_reasons
from siklus.insight.reports.declare import (
    Answer,
    Cell,
    Chart,
    Column,
    Kind,
    Option,
    Report,
    Row,
    Section,
    Table,
    cell_of,
    declare,
    figure,
    rate_cell,
)
from siklus.insight.reports.ground import Ground
from siklus.insight.reports.words import enough, month_name
from siklus.platform.installation.current import current
from siklus.records.deals.models import LostReason, Status

VALUE = Column(key="value", label=gettext_lazy("Value"), kind=Kind.MONEY)
DEALS = Column(key="deals", label=gettext_lazy("Deals"))


def _kpis(ground: Ground) -> Answer:
    found = kpis.all_kpis(ground.deals, as_of=ground.as_of, window=ground.window)
    first = ground.past.first or ground.as_of  # no empty months before the first deal
    window = max(ground.window[0], first), max(ground.window[1], first)
    made = kpis.won_by_month(ground.deals, as_of=ground.as_of, window=window, zone=ground.zone)
    reasons = {
        "win_rate": _("no deal was decided in the window"),
        "average_deal_size": _("no deal with a value was won in the window"),
        "sales_cycle": _("no qualified deal was won in the window"),
    }
    months = made.parts["months"]
    rows = [
        Row(
            one["month"],
            month_name(one["month"]),
            {"value": Cell(one["value"], deals=ids), "deals": Cell(one["count"], deals=ids)},
        )
        for one, ids in zip(months, made.parts["behind"], strict=True)
    ]
    chart = Chart(
        "bars", _("Won value by month"), labels=[row.label for row in rows], unit=current().currency,
        series=[{"name": _("Won"), "values": [one["value"] for one in months]}],
    )  # fmt: skip
    return Answer(
        {name: cell_of(kpi, why=reasons.get(name, "")) for name, kpi in found.items()},
        [Table("months", _("Won by month"), _("Month"), [VALUE, DEALS], rows)],
        [chart] if rows else [],
    )


declare(
    Report(
        name="kpis", title=gettext_lazy("Key figures"), question=gettext_lazy("How do we stand?"),
        section=Section.WINNING, icon="dashboard", answer=_kpis,
        figures=[
            figure("win_rate", better=True), figure("won_value", better=True),
            figure("average_deal_size", better=True), figure("sales_cycle", better=False),
            figure("open_pipeline", better=True), figure("weighted_pipeline", better=True), figure("deal_counts"),
        ],
    )
)  # fmt: skip


def _lost_reasons(ground: Ground) -> Answer:
    found = lost_reasons(ground.deals, as_of=ground.as_of, window=ground.window)
    names = dict(LostReason.objects.values_list("pk", "name"))
    labels = dict(Status.choices)
    columns = [
        Column(key="ended", label=gettext_lazy("How it ended"), kind=Kind.TEXT),
        DEALS,
        Column(
            key="share", label=gettext_lazy("Share"), kind=Kind.RATIO,
            definition=gettext_lazy("Of all qualified deals that ended in the window without a win."),
        ),
        VALUE,
    ]  # fmt: skip
    rows = [
        Row(
            f"{one.reason_id or 'none'}-{one.status}", names.get(one.reason_id or 0, _("no reason given")),
            {
                "ended": Cell(str(labels[one.status])), "deals": Cell(one.rate.hits, deals=one.ids),
                "share": rate_cell(one.rate, why=enough(one.rate.n), deals=one.ids),
                "value": Cell(one.value, n=one.rate.hits - one.without_value, deals=one.ids),
            },
        )
        for one in found
    ]  # fmt: skip
    first = found[0] if found else None
    figures = {
        "ended": Cell(sum(one.rate.hits for one in found)),
        "value": Cell(sum(one.value for one in found)),
        "unsaid": Cell(sum(one.rate.hits for one in found if one.reason_id is None)),
        "commonest": Cell(
            names.get(first.reason_id or 0, _("no reason given")) if first else None,
            why=_("nothing ended without a win"),
        ),
    }
    chart = Chart("rows", _("Deals by reason"), rows=[
        {"label": row.label, "value": row.cells["deals"].value, "colour": "pink"} for row in rows[:12]
    ])  # fmt: skip
    table = Table("reasons", _("By reason"), _("Reason"), columns, rows)
    return Answer(figures, [table], [chart] if rows else [])


declare(
    Report(
        name="lost-reasons", title=gettext_lazy("Lost reasons"), section=Section.WINNING, icon="lost",
        question=gettext_lazy("Why do we lose, and what does it cost?"), answer=_lost_reasons,
        figures=[
            Column(
                key="ended", label=gettext_lazy("Ended without a win"), more_is_better=False,
                definition=gettext_lazy("Qualified deals that were lost or not decided in the window."),
            ),
            Column(
                key="value", label=gettext_lazy("Value of these"), kind=Kind.MONEY, more_is_better=False,
                definition=gettext_lazy("Sum of their amounts as they stood at the end."),
            ),
            Column(key="commonest", label=gettext_lazy("Commonest reason"), kind=Kind.TEXT),
            Column(
                key="unsaid", label=gettext_lazy("Without a reason"), more_is_better=False,
                definition=gettext_lazy("Deals that ended without a win and of which nobody said why."),
            ),
        ],
    )
)  # fmt: skip

HORIZONS = [(str(days), gettext_lazy("%(days)s days") % {"days": days}) for days in (90, 30, 60, 180)]


def _cohorts(ground: Ground) -> Answer:
    days = int(ground.options["horizon"])
    found = lead_cohorts(
        ground.deals, as_of=ground.as_of, window=ground.window, horizon=timedelta(days=days), zone=ground.zone
    )
    columns = [
        Column(key="created", label=gettext_lazy("Came in")),
        Column(key="won", label=gettext_lazy("Won so far"), definition=gettext_lazy("Within the time asked for.")),
        Column(
            key="share", label=gettext_lazy("Share won"), kind=Kind.RATIO, more_is_better=True,
            definition=gettext_lazy(
                "Won within the time, of those that came in. While a month is maturing, an estimate (Aalen–Johansen) "
                "in which open ones count as watched until now."
            ),
        ),
        Column(key="state", label=gettext_lazy("State"), kind=Kind.TEXT),
    ]  # fmt: skip
    rows = []
    for one in found:
        why = _("the month is too young") if one.rate.n else _("nothing came in")
        share = Cell(one.estimate, one.low, one.high, one.rate.n, "" if one.estimate is not None else why)
        cells = {
            "created": Cell(one.rate.n, deals=one.behind["created"]),
            "won": Cell(one.rate.hits, deals=one.behind["won"]),
            "share": share,
            "state": Cell(_("maturing") if one.is_maturing else _("complete")),
        }
        rows.append(Row(one.month, month_name(one.month), cells))
    mature = [one for one in found if not one.is_maturing]
    hits, n = sum(one.rate.hits for one in mature), sum(one.rate.n for one in mature)
    figures = {
        "share": rate_cell(Rate(hits, n), why=enough(n)),
        "created": Cell(sum(one.rate.n for one in found)),
        "won": Cell(sum(one.rate.hits for one in found)),
    }
    chart = Chart(
        "lines", _("Share won within %(days)s days, by month") % {"days": days}, labels=[row.label for row in rows],
        unit="percent", note=_("months that are too young are left out"),
        series=[{"name": _("Share won"), "values": [row.cells["share"].value for row in rows]}],
    )  # fmt: skip
    table = Table("months", _("By month in which they came"), _("Month"), columns, rows)
    return Answer(
        figures, [table], [chart] if any(row.cells["share"].value is not None for row in rows) else []
    )


declare(
    Report(
        name="cohorts", title=gettext_lazy("Cohorts of leads"), section=Section.WINNING, icon="list",
        question=gettext_lazy("Do newer leads turn out better than older ones?"), answer=_cohorts,
        options=[Option("horizon", gettext_lazy("Won within"), HORIZONS)],
        figures=[
            Column(
                key="share", label=gettext_lazy("Share won"), kind=Kind.RATIO, more_is_better=True,
                definition=gettext_lazy(
                    "Of the leads and deals that came in in months that are complete, those won within the time asked for."
                ),
                formula=gettext_lazy("won within the time ÷ came in"),
            ),
            Column(key="created", label=gettext_lazy("Came in"), more_is_better=True),
            Column(key="won", label=gettext_lazy("Won so far"), more_is_better=True),
        ],
    )
)  # fmt: skip
