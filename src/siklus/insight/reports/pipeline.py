"""Reports about the way through the stages: how far deals come, where they are lost, how fast it goes, what changed."""

from collections.abc import Callable
from datetime import date
from typing import Any

import ibis.expr.types as ir
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from siklus.analytics import kpis
from siklus.analytics.bottlenecks import bottlenecks
from siklus.analytics.conversions import Path, stage_conversions
from siklus.analytics.quotas import period_of
from siklus.analytics.stage_times import stage_times
from siklus.analytics.velocity import velocity
from siklus.analytics.waterfall import SIGNS, STEPS, waterfall
from siklus.insight.mirror.read import stages_at
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
    declare,
    figure,
    rate_cell,
)
from siklus.insight.reports.ground import Ground
from siklus.insight.reports.words import enough
from siklus.platform.i18n.formats import day
from siklus.platform.installation.current import current
from siklus.records.deals.models import Stage
from siklus.records.deals.queries import pipelines, stages_of


def _stages(ground: Ground) -> tuple[ir.Table, list[tuple[int, Stage]], list[str]]:
    """The history in one pipeline, its stages with their rank of that time, and what is to be said of the choice."""
    known = pipelines()
    chosen = ground.pipeline_id or (known[0].pk if known else 0)
    ranks = stages_at(ground.as_of)
    stages = [(ranks[one.pk][0], one) for one in stages_of(chosen)]
    rows = ground.intervals
    notes = []
    if ground.pipeline_id is None and len(known) > 1:
        notes.append(_("Stages are those of the pipeline %(name)s.") % {"name": known[0].name})
    return rows.filter(rows.pipeline_id == chosen), sorted(stages, key=lambda pair: pair[0]), notes


def _funnel(ground: Ground) -> Answer:
    rows, stages, notes = _stages(ground)
    ranks, path = [rank for rank, _stage in stages], Path(ground.options["path"])
    if not ranks:
        return Answer(notes=[_("There is no stage yet.")])
    whole = kpis.stage_funnel(
        rows.filter(ground.holds(rows)), as_of=ground.as_of, window=ground.window, ranks=ranks
    )
    onward = {
        one.stage: one
        for one in stage_conversions(
            rows, as_of=ground.as_of, window=ground.window, where=ground.holds, ranks=ranks, path=path
        )
    }
    by_rank = {row["rank"]: row for row in whole.parts["ranks"]}

    def beyond(rank: int) -> Callable[[], ir.Table]:
        found = whole.ids()
        return lambda: found.filter(found.highest >= rank)

    lines = []
    for rank, stage in stages:
        reached, one = by_rank[rank], onward.get(rank)
        cells = {
            "reached": Cell(reached["reached"], deals=beyond(rank)),
            "of_entered": Cell(reached["of_entered"], n=whole.n, why=_("nothing came in")),
        }
        if one is None:
            last = _("nothing comes after the last stage")
            cells |= {key: Cell(why=last) for key in ("went_on", "open", "skipped", "moved_back", "days")}
        else:
            cells |= {
                "went_on": rate_cell(one.rate, why=enough(one.rate.n), deals=one.behind["went_on"]),
                "open": Cell(one.open, deals=one.behind["open"]),
                "skipped": Cell(one.skipped, deals=one.behind["skipped"]),
                "moved_back": Cell(one.moved_back, deals=one.behind["moved_back"]),
                "days": Cell(one.median_days, n=one.rate.hits, why=_("none went on")),
            }
        lines.append(Row(str(stage.pk), stage.name, cells))
    chart = Chart(
        "funnel", _("How far deals came that entered in the window"), note=_("ever reached the stage, lost ones too"),
        rows=[
            {"label": line.label, "value": line.cells["reached"].value, "colour": stage.colour}
            for line, (_rank, stage) in zip(lines, stages, strict=True)
        ],
    )  # fmt: skip
    figures = {
        "through": Cell(
            whole.value, whole.low, whole.high, whole.n, _("nothing came in"), whole.numerator, whole.denominator,
            deals=beyond(ranks[-1]),
        ),
        "entered": Cell(whole.n, deals=beyond(ranks[0])),
    }  # fmt: skip
    table = Table("stages", _("Stage by stage"), _("Stage"), FUNNEL, lines)
    return Answer(figures, [table], [chart] if whole.n else [], notes)


FUNNEL = [
    Column(
        key="reached", label=gettext_lazy("Ever reached"),
        definition=gettext_lazy("Deals that entered the funnel in the window and ever came to this stage or beyond."),
    ),
    Column(key="of_entered", label=gettext_lazy("Of all"), kind=Kind.RATIO, more_is_better=True),
    Column(
        key="went_on", label=gettext_lazy("Went on"), kind=Kind.RATIO, more_is_better=True,
        definition=gettext_lazy(
            "Of the deals that first entered this stage in the window, those that came to the next one: by rank by "
            "whatever way, on the strict path straight from here."
        ),
        formula=gettext_lazy("went on ÷ entered the stage"),
    ),
    Column(
        key="open", label=gettext_lazy("Still open"),
        definition=gettext_lazy("Neither went on nor ended; while there are any, the share may still grow."),
    ),
    Column(
        key="skipped", label=gettext_lazy("Skipped"),
        definition=gettext_lazy("Came beyond the next stage without ever standing in it."),
    ),
    Column(key="moved_back", label=gettext_lazy("Moved back")),
    Column(
        key="days", label=gettext_lazy("Median days"), kind=Kind.DAYS, more_is_better=False,
        definition=gettext_lazy("Of those that went on, from entering the stage to the next one."),
    ),
]  # fmt: skip
declare(
    Report(
        name="funnel", title=gettext_lazy("Funnel"), section=Section.PIPELINE, icon="funnel", answer=_funnel,
        question=gettext_lazy("How far do new deals come, and where do they stop?"),
        options=[
            Option("path", gettext_lazy("Path"), [
                (Path.RANK.value, gettext_lazy("By rank, by whatever way")),
                (Path.STRICT.value, gettext_lazy("Strict, straight to the next stage")),
            ]),
        ],
        figures=[
            Column(
                key="through", label=gettext_lazy("Came to the last stage"), kind=Kind.RATIO, more_is_better=True,
                definition=figure("stage_funnel").definition, formula=figure("stage_funnel").formula,
            ),
            Column(key="entered", label=gettext_lazy("Entered"), more_is_better=True),
        ],
    )
)  # fmt: skip


def _bottlenecks(ground: Ground) -> Answer:
    rows, stages, notes = _stages(ground)
    asked: dict[str, Any] = {"as_of": ground.as_of, "window": ground.window, "where": ground.holds}
    times = {one.stage: one for one in stage_times(rows, **asked)}
    names = dict(stages)
    lines = []
    for one in bottlenecks(rows, **asked):
        if one.stage not in names:
            continue
        time = times[one.stage]
        low, high = time.median_interval
        few = _("too few deals were won to know the pace")
        no_value = _("no deal here has a value")
        cells = {
            "entered": Cell(one.entered, deals=one.behind["entered"]),
            "share_lost": Cell(one.share_lost, one.low, one.high, one.entered, deals=one.behind["lost"]),
            "value_lost": Cell(one.value_lost, n=one.valued, why=no_value, deals=one.behind["lost"]),
            "median": Cell(time.median, low, high, one.entered, _("fewer than half have left it")),
            "p90": Cell(time.p90, n=one.entered, why=_("fewer than nine of ten have left it")),
            "ended_median": Cell(time.closed_median, n=one.entered - time.open, why=_("none has left it")),
            "pace": Cell(one.pace, why=few),
            "share_late": Cell(one.share_late, why=few),
            "share_of_time": Cell(one.share_of_time, why=_("no time was spent")),
        }
        lines.append(Row(str(names[one.stage].pk), names[one.stage].name, cells))
    first = lines[0] if lines else None
    nothing = _("no deal entered a stage in the window")
    figures = {
        "worst": Cell(first.label if first else None, why=nothing),
        "value_lost": first.cells["value_lost"] if first else Cell(why=nothing),
        "share_lost": first.cells["share_lost"] if first else Cell(why=nothing),
    }
    shown = [line for line in lines if line.cells["value_lost"].value is not None]
    chart = Chart(
        "rows", _("Value that each stage is expected to lose"), unit=current().currency,
        rows=[
            {"label": line.label, "value": line.cells["value_lost"].value, "colour": "pink"} for line in shown
        ],
    )  # fmt: skip
    table = Table("stages", _("The costliest first"), _("Stage"), BOTTLENECKS, lines)
    return Answer(figures, [table] if lines else [], [chart] if shown else [], notes)


BOTTLENECKS = [
    Column(key="entered", label=gettext_lazy("Entered"),
        definition=gettext_lazy("Deals that first came in within the window."),
    ),
    Column(
        key="share_lost", label=gettext_lazy("Lost here"), kind=Kind.RATIO, more_is_better=False,
        definition=gettext_lazy(
            "Chance that a deal ends in this stage without a win (Aalen–Johansen, open ones watched until now)."
        ),
    ),
    Column(
        key="value_lost", label=gettext_lazy("Value lost"), kind=Kind.MONEY, more_is_better=False,
        definition=gettext_lazy("What the stage is expected to lose of what came in."),
        formula=gettext_lazy("entered × mean value × share lost"),
    ),
    Column(
        key="median", label=gettext_lazy("Median days"), kind=Kind.DAYS, more_is_better=False,
        definition=gettext_lazy("Kaplan–Meier: deals that are still there count as watched until now."),
    ),
    Column(key="p90", label=gettext_lazy("90 % within"), kind=Kind.DAYS, more_is_better=False),
    Column(
        key="ended_median", label=gettext_lazy("Median, ended stays"), kind=Kind.DAYS,
        definition=gettext_lazy("Of those alone that have left: what goes on for long is missing, so this is too low."),
    ),
    Column(
        key="pace", label=gettext_lazy("Pace of the won"), kind=Kind.DAYS,
        definition=gettext_lazy("Days within which four of five won deals left the stage."),
    ),
    Column(
        key="share_late", label=gettext_lazy("Late"), kind=Kind.RATIO, more_is_better=False,
        definition=gettext_lazy("Beyond one of five, the share of deals that stay longer than the pace of the won."),
    ),
    Column(
        key="share_of_time", label=gettext_lazy("Share of time"), kind=Kind.RATIO,
        definition=gettext_lazy("Of all the days that deals spent in any stage."),
    ),
]  # fmt: skip
declare(
    Report(
        name="bottlenecks", title=gettext_lazy("Bottlenecks"), section=Section.PIPELINE, icon="clock",
        question=gettext_lazy("Where do deals die or wait, and what does it cost?"), answer=_bottlenecks,
        figures=[
            Column(key="worst", label=gettext_lazy("Costliest stage"), kind=Kind.TEXT),
            BOTTLENECKS[2],
            BOTTLENECKS[1],
        ],
    )
)  # fmt: skip


def _velocity(ground: Ground) -> Answer:
    found = velocity(ground.deals, as_of=ground.as_of)
    none = _("one of the four levers is not known")
    figures = {
        "velocity": Cell(found.value, why=none),
        "throughput": Cell(found.throughput, deals=found.ids["throughput"]),
        "open_deals": Cell(found.open_deals, deals=found.ids["open_deals"]),
        "mean_value": Cell(found.mean_value, why=_("no deal with a value was won"), deals=found.ids["mean_value"]),
        "win_rate": Cell(found.win_rate, why=_("no deal was decided"), deals=found.ids["win_rate"]),
        "cycle_days": Cell(found.cycle_days, why=_("no deal was won"), deals=found.ids["cycle_days"]),
    }  # fmt: skip
    return Answer(figures)


declare(
    Report(
        name="velocity", title=gettext_lazy("Pipeline velocity"), section=Section.PIPELINE, icon="chart",
        question=gettext_lazy("How much does the pipeline bring a day, and which lever moves it?"), answer=_velocity,
        has_window=False,
        figures=[
            Column(
                key="velocity", label=gettext_lazy("Value a day"), kind=Kind.MONEY, more_is_better=True,
                definition=gettext_lazy("What the pipeline should bring a day. All four levers are of the same deals."),
                formula=gettext_lazy("open deals × mean value × win rate ÷ cycle"),
            ),
            Column(
                key="throughput", label=gettext_lazy("Came a day"), kind=Kind.MONEY, more_is_better=True,
                definition=gettext_lazy("What it did bring: value won in the last 90 days."),
                formula=gettext_lazy("value won ÷ 90"),
            ),
            Column(key="open_deals", label=gettext_lazy("Open deals"), more_is_better=True),
            Column(
                key="mean_value", label=gettext_lazy("Mean value"), kind=Kind.MONEY, more_is_better=True,
                definition=gettext_lazy("Of the deals won in the last 365 days."),
            ),
            figure("win_rate", better=True),
            Column(
                key="cycle_days", label=gettext_lazy("Sales cycle"), kind=Kind.DAYS, more_is_better=False,
                definition=gettext_lazy("Median days from qualification to the win, of the last 365 days."),
            ),
        ],
    )
)  # fmt: skip

ANY = (date(1970, 1, 1), date(2200, 1, 1))


def _waterfall(ground: Ground) -> Answer:
    per, end = ground.options["close"], min(ground.window[1], ground.as_of)
    period = ANY if per == "any" else period_of(ground.days[1], per)
    found = waterfall(
        ground.intervals, begin=ground.window[0], end=end, period=period, where=ground.holds
    )  # fmt: skip
    labels = waterfall_words()

    def cell(step: str, value: Any) -> dict[str, Cell]:
        return {
            "value": Cell(value, n=found.counts[step], deals=lambda: found.ids(step)),
            "deals": Cell(found.counts[step], deals=lambda: found.ids(step)),
        }

    rows = [Row("start", labels["start"], cell("start", found.start))]
    rows += [
        Row(step, labels[step], cell(step, found.values[step] and SIGNS[step] * found.values[step]), depth=1)
        for step in STEPS
    ]  # fmt: skip
    rows.append(Row("end", labels["end"], cell("end", found.end)))
    figures = {
        "start": rows[0].cells["value"], "change": Cell(found.change), "end": rows[-1].cells["value"],
    }  # fmt: skip
    steps = [row for row in rows if row.cells["value"].value or row.key in ("start", "end")]
    chart = Chart(
        "rows", _("From the start to the end"), unit=current().currency,
        note=_("what went out in pink"),
        rows=[{"label": row.label, "value": abs(row.cells["value"].value), "colour": _colour(row)} for row in steps],
    )  # fmt: skip
    notes = []
    if per != "any":
        notes.append(_("Deals that are expected to close from %(from)s until before %(until)s.")
                     % {"from": day(period[0]), "until": day(period[1])})  # fmt: skip
    table = Table("steps", _("What became of the pipeline"), _("Step"), WATERFALL, rows)
    return Answer(figures, [table], [chart] if found.start or found.end or found.change else [], notes)


def _colour(row: Row) -> str:
    if row.key in ("start", "end"):
        return "blue"
    return "teal" if row.cells["value"].value > 0 else "pink"


def waterfall_words() -> dict[str, str]:
    return {
        "start": _("At the start"), "new": _("New"), "transferred_in": _("Transferred in"), "pulled_in": _("Pulled in"),
        "increased": _("Increased"), "decreased": _("Decreased"), "slipped": _("Slipped"),
        "transferred_out": _("Transferred out"), "won": _("Won"), "lost": _("Ended without a win"),
        "reopened": _("Reopened"), "end": _("At the end"),
    }  # fmt: skip


WATERFALL = [
    Column(key="value", label=gettext_lazy("Value"), kind=Kind.MONEY),
    Column(
        key="deals", label=gettext_lazy("Deals"),
        definition=gettext_lazy("A deal that slipped and came back made two steps, and counts in both."),
    ),
]  # fmt: skip
declare(
    Report(
        name="waterfall", title=gettext_lazy("Pipeline waterfall"), section=Section.PIPELINE, icon="chart",
        question=gettext_lazy("Why is the pipeline larger or smaller than it was?"), answer=_waterfall,
        days="last_30_days",
        options=[
            Option("close", gettext_lazy("Expected close"), [
                ("quarter", gettext_lazy("In the quarter")), ("month", gettext_lazy("In the month")),
                ("year", gettext_lazy("In the year")), ("any", gettext_lazy("Any day")),
            ]),
        ],
        figures=[
            Column(
                key="start", label=gettext_lazy("At the start"), kind=Kind.MONEY,
                definition=gettext_lazy("Value of the open deals at the start of the window."),
            ),
            Column(
                key="change", label=gettext_lazy("Net change"), kind=Kind.MONEY, more_is_better=True,
                definition=gettext_lazy("All steps together, to the cent."),
                formula=gettext_lazy(
                    "new + transferred in + pulled in + increased − decreased − slipped − transferred out − won "
                    "− lost + reopened"
                ),
            ),
            Column(key="end", label=gettext_lazy("At the end"), kind=Kind.MONEY, more_is_better=True),
        ],
    )
)  # fmt: skip
