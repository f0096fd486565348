"""Reports about what comes: forecasts that were tried on the past before they speak."""

from datetime import timedelta
from functools import partial

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from siklus.analytics.forecast import CATEGORIES, Backtest, StageChances, backtest, roll_up
from siklus.analytics.quotas import period_of
from siklus.insight.mirror.read import stages_at
from siklus.insight.reports.declare import (
    Answer,
    Cell,
    Column,
    Kind,
    Option,
    Report,
    Row,
    Section,
    Table,
    declare,
)
from siklus.insight.reports.ground import Ground
from siklus.platform.i18n.formats import day, percent
from siklus.records.deals.models import Category, Stage

HORIZON = Option(
    "horizon", gettext_lazy("Horizon"),
    [(str(days), gettext_lazy("%(days)s days") % {"days": days}) for days in (30, 60, 90)],
)  # fmt: skip
TRIED = 6  # moments of the past, a month apart
MONTH = timedelta(days=30)


def tried(ground: Ground) -> Backtest:
    """The weighted forecast at the last months whose horizon is over, as far as history reaches."""
    horizon = timedelta(days=int(ground.options["horizon"]))
    first = ground.past.first
    moments = [ground.as_of - horizon - MONTH * number for number in range(TRIED)]
    moments = [moment for moment in moments if first is not None and moment - horizon > first]
    return backtest(
        ground.intervals, horizon=horizon, moments=moments, as_of=ground.as_of, where=ground.holds
    )


def _why_silent(found: Backtest) -> str:
    if found.wape is None or found.naive_wape is None:
        return _("it cannot be tried on the past yet: history is too short, or nothing was won")
    return _("on the past it missed by %(own)s, “as much as last time” by %(naive)s: so it stays silent") % {
        "own": percent(found.wape), "naive": percent(found.naive_wape),
    }  # fmt: skip


def _forecast(ground: Ground) -> Answer:
    horizon = timedelta(days=int(ground.options["horizon"]))
    judged = tried(ground)
    fitted = StageChances(horizon=horizon).fit(ground.intervals, as_of=ground.as_of, where=ground.holds)
    said = fitted.forecast(ground.intervals, as_of=ground.as_of, where=ground.holds)
    why = "" if judged.is_better else _why_silent(judged)
    speaks = judged.is_better
    figures = {
        "weighted": Cell(said.value if speaks else None, n=said.n, why=why),
        "from_open": Cell(said.from_open if speaks else None, n=said.n - said.unknown, why=why),
        "from_new": Cell(said.from_new if speaks else None, why=why),
    }
    period = period_of(ground.today, "quarter")
    rolled = roll_up(ground.deals, period=period)
    labels = {**{str(key): str(label) for key, label in Category.choices}, "closed": _("Won already")}
    lines = []
    for kind in CATEGORIES:
        behind = partial(rolled.ids, kind)
        cells = {
            "single": Cell(rolled.single[kind], n=rolled.counts[kind], deals=behind),
            "cumulative": Cell(rolled.cumulative[kind]),
            "deals": Cell(rolled.counts[kind], deals=behind),
        }
        lines.append(Row(kind, labels.get(kind, kind), cells))
    rolls = Table(
        "categories", _("By what people say, this quarter"), _("Category"), CATEGORY, lines,
        _("Open deals that are expected to close in the quarter, and what was won in it."),
    )  # fmt: skip
    ranks = stages_at(ground.as_of)
    names: dict[int, list[str]] = {}
    for stage in Stage.objects.filter(retired_at=None).order_by("pipeline__position", "position"):
        names.setdefault(ranks[stage.pk][0], []).append(stage.name)
    chances = [
        Row(
            str(rank), " / ".join(dict.fromkeys(names.get(rank, [str(rank)]))),
            {"chance": Cell(chance.value, n=chance.deals), "deals": Cell(chance.deals)},
        )
        for rank, chance in fitted.chances_.items()
    ]  # fmt: skip
    stages = Table("stages", _("Fitted chances by stage"), _("Stage"), CHANCES, chances)
    notes = []
    if said.unknown:
        notes.append(_("%(count)s open deals stand in stages of which too little is known; they count nothing.")
                     % {"count": said.unknown})  # fmt: skip
    if speaks and judged.wape is not None and judged.naive_wape is not None:
        notes.append(_("On the past it missed by %(own)s, “as much as last time” by %(naive)s.")
                     % {"own": percent(judged.wape), "naive": percent(judged.naive_wape)})  # fmt: skip
    return Answer(figures, [rolls, *([stages] if chances else [])], notes=notes)


CATEGORY = [
    Column(key="single", label=gettext_lazy("Alone"), kind=Kind.MONEY),
    Column(
        key="cumulative", label=gettext_lazy("With the surer ones"), kind=Kind.MONEY,
        definition=gettext_lazy("Won already is in commit, commit in best case, best case in pipeline."),
    ),
    Column(key="deals", label=gettext_lazy("Deals")),
]  # fmt: skip
CHANCES = [
    Column(
        key="chance", label=gettext_lazy("Won in time"), kind=Kind.RATIO,
        definition=gettext_lazy(
            "Of the days of the last year on which deals stood open in the stage, those after which they were won "
            "within the horizon."
        ),
    ),
    Column(key="deals", label=gettext_lazy("Deals")),
]  # fmt: skip
declare(
    Report(
        name="forecast", title=gettext_lazy("Forecast"), section=Section.AHEAD, icon="forecast", answer=_forecast,
        question=gettext_lazy("What will we win, and who says so?"), options=[HORIZON], has_window=False,
        figures=[
            Column(
                key="weighted", label=gettext_lazy("Expected to be won"), kind=Kind.MONEY, more_is_better=True,
                definition=gettext_lazy(
                    "Within the horizon: open deals by the chance of their stage, fitted on your own history, and what "
                    "deals bring that are not there yet. It speaks only when it beat a naive rule on the past."
                ),
                formula=gettext_lazy("open value × chance of the stage + value of new deals"),
            ),
            Column(key="from_open", label=gettext_lazy("From open deals"), kind=Kind.MONEY),
            Column(key="from_new", label=gettext_lazy("From deals to come"), kind=Kind.MONEY),
        ],
    )
)  # fmt: skip


def _accuracy(ground: Ground) -> Answer:
    found = tried(ground)
    none = _("history is too short, or nothing was won")
    rows = [
        Row(
            f"{one.at:%Y-%m-%d}", day(one.at.date()),
            {"forecast": Cell(one.forecast), "naive": Cell(one.naive), "actual": Cell(one.actual)},
        )
        for one in found.rows
    ]  # fmt: skip
    figures = {
        "wape": Cell(found.wape, n=len(rows), why=none), "naive_wape": Cell(found.naive_wape, n=len(rows), why=none),
        "bias": Cell(found.bias, n=len(rows), why=none),
        "verdict": Cell((_("it speaks") if found.is_better else _("it stays silent")) if rows else None, why=none),
    }  # fmt: skip
    table = Table("moments", _("Tried at moments of the past"), _("Said on"), ACCURACY, rows)
    return Answer(figures, [table] if rows else [])


ACCURACY = [
    Column(key="forecast", label=gettext_lazy("It would have said"), kind=Kind.MONEY),
    Column(
        key="naive", label=gettext_lazy("As much as last time"), kind=Kind.MONEY,
        definition=gettext_lazy("Value won in the time before, as long as the horizon."),
    ),
    Column(key="actual", label=gettext_lazy("Was won"), kind=Kind.MONEY),
]  # fmt: skip
declare(
    Report(
        name="forecast-accuracy", title=gettext_lazy("Forecast accuracy"), section=Section.AHEAD, icon="history",
        question=gettext_lazy("How good would the forecast have been?"), answer=_accuracy, options=[HORIZON],
        has_window=False,
        figures=[
            Column(
                key="wape", label=gettext_lazy("It misses by"), kind=Kind.RATIO, more_is_better=False,
                definition=gettext_lazy("Sum of the misses, of the sum of what was won."),
                formula=gettext_lazy("Σ |said − won| ÷ Σ won"),
            ),
            Column(key="naive_wape", label=gettext_lazy("The naive rule misses by"), kind=Kind.RATIO),
            Column(
                key="bias", label=gettext_lazy("Too hopeful by"), kind=Kind.RATIO,
                definition=gettext_lazy("The misses with their signs: below nothing it was too careful."),
            ),
            Column(key="verdict", label=gettext_lazy("So"), kind=Kind.TEXT),
        ],
    )
)  # fmt: skip
