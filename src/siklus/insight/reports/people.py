"""Reports about people and their work: what they did, where they stand beside the quota, how soon they answer."""

from collections.abc import Callable
from datetime import datetime, time

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from siklus.analytics import kpis
from siklus.analytics.quotas import period_of
from siklus.cycle.prospecting.coverage.figures import at_the_time
from siklus.cycle.prospecting.coverage.standing import Period, Standing, period_around, standings_for
from siklus.insight.first_response import ENOUGH, Speed, speeds
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
from siklus.platform.accounts.models import User
from siklus.platform.i18n.formats import day
from siklus.platform.installation.current import current
from siklus.records.activities.models import ActivityKind
from siklus.records.deals.models import Status


def _activity(ground: Ground) -> Answer:
    found = kpis.activities_by_owner(ground.activities, as_of=ground.as_of, window=ground.window)
    names = dict(User.objects.values_list("pk", "name"))
    columns = [Column(key="all", label=gettext_lazy("All"), more_is_better=True)]
    columns += [Column(key=kind.value, label=kind.label) for kind in ActivityKind]
    rows = []
    for owner, kinds in found.parts["owners"].items():
        cells = {kind.value: Cell(kinds.get(kind.value, 0)) for kind in ActivityKind}
        total = Cell(sum(kinds.values()))
        rows.append(
            Row(
                str(owner or "none"),
                names.get(owner, _("nobody")) if owner else _("nobody"),
                {"all": total, **cells},
            )
        )
    rows.sort(key=lambda row: (-row.cells["all"].value, row.label))
    chart = Chart("rows", _("Activities by person"), rows=[
        {"label": row.label, "value": row.cells["all"].value, "colour": "blue"} for row in rows[:12]
    ])  # fmt: skip
    table = Table("people", _("By person"), _("Person"), columns, rows)
    figures = {
        "activities_by_owner": Cell(found.value),
        "people": Cell(sum(row.key != "none" for row in rows)),
    }
    return Answer(figures, [table], [chart] if rows else [])


declare(
    Report(
        name="activity", title=gettext_lazy("Activity"), section=Section.PEOPLE, icon="activity", answer=_activity,
        question=gettext_lazy("Who did how much of what?"), is_sliced=False, has_moment=False, days="last_30_days",
        figures=[
            figure("activities_by_owner", better=True),
            Column(key="people", label=gettext_lazy("People"), definition=gettext_lazy("Who did anything in the window.")),
        ],
    )
)  # fmt: skip

PER = Option("per", gettext_lazy("Period"), [
    ("quarter", gettext_lazy("Quarter")), ("month", gettext_lazy("Month")), ("year", gettext_lazy("Year")),
])  # fmt: skip


def _standings(ground: Ground) -> tuple[list[Standing], Period]:
    """The lines that the viewer may see, as on the page of targets."""
    first, until = period_of(ground.today, ground.options["per"])
    rows = standings_for(ground.viewer, now=ground.as_of, first=first, until=until)
    return rows, period_around(ground.today, first, until)


def _won_by(one: Standing, period: Period) -> Callable[[], list[int]]:
    """The deals credited to a line: to who had them when they were won."""
    begin, end = (
        datetime.combine(one_day, time(), current().time_zone) for one_day in (period.first, period.until)
    )
    rows = at_the_time("closed_at").filter(
        deal__status=Status.WON, deal__closed_at__gte=begin, deal__closed_at__lt=end
    )
    if one.subject.user_id is not None:
        rows = rows.filter(owner_id=one.subject.user_id)
    elif one.subject.team_id is not None:
        beneath = User.objects.filter(team__path__contains=f"/{one.subject.team_id}/")
        rows = rows.filter(owner_id__in=beneath.values_list("pk", flat=True))
    return lambda: list(rows.values_list("deal_id", flat=True))


def _key(one: Standing) -> str:
    if one.subject.user_id is not None:
        return f"person-{one.subject.user_id}"
    return f"team-{one.subject.team_id}" if one.subject.team_id is not None else "company"


def _depth(rows: list[Standing], one: Standing) -> int:
    return one.depth - min(row.depth for row in rows)


def _attainment(ground: Ground) -> Answer:
    found, period = _standings(ground)
    none = _("no quota is set")
    rows = []
    for one in found:
        behind = _won_by(one, period)
        cells = {
            "quota": Cell(one.quota if one.quota else None, why=none),
            "won": Cell(one.won, n=one.won_count, deals=behind),
            "deals": Cell(one.won_count, deals=behind),
            "attainment": Cell(one.attainment, why=none, numerator=one.won, denominator=one.quota),
            "gap": Cell(one.gap if one.quota else None, why=none),
            "projected": Cell(one.projected(period), why=_("no working day is over yet")),
        }
        rows.append(Row(_key(one), one.name, cells, _depth(found, one)))
    first = rows[0].cells if rows else {}
    figures = {key: first.get(key, Cell(why=none)) for key in ("attainment", "won", "quota", "gap")}
    figures["elapsed"] = Cell(period.elapsed)
    chart = Chart("rows", _("Attainment by person"), unit="percent", rows=[
        {"label": row.label, "value": row.cells["attainment"].value, "colour": "blue"}
        for row in rows if row.key.startswith("person") and row.cells["attainment"].value is not None
    ])  # fmt: skip
    notes = [
        _("From %(from)s until before %(until)s.") % {"from": day(period.first), "until": day(period.until)}
    ]
    notes.append(
        _("Won value counts to who had the deal when it was won, even where somebody else has it now.")
    )
    table = Table("standings", _("Person by person"), _("Who"), ATTAINMENT, rows)
    return Answer(figures, [table] if rows else [], [chart] if chart.rows else [], notes)


ATTAINMENT = [
    Column(key="quota", label=gettext_lazy("Quota"), kind=Kind.MONEY),
    Column(key="won", label=gettext_lazy("Won"), kind=Kind.MONEY, more_is_better=True),
    Column(key="deals", label=gettext_lazy("Deals won")),
    Column(
        key="attainment", label=gettext_lazy("Attainment"), kind=Kind.RATIO, more_is_better=True,
        definition=gettext_lazy("Won in the period, of what is asked for in it."), formula=gettext_lazy("won ÷ quota"),
    ),
    Column(key="gap", label=gettext_lazy("Still to win"), kind=Kind.MONEY),
    Column(
        key="projected", label=gettext_lazy("Where the pace leads"), kind=Kind.MONEY,
        definition=gettext_lazy("At the end of the period, at the pace of its working days so far."),
    ),
]  # fmt: skip
declare(
    Report(
        name="attainment", title=gettext_lazy("Attainment"), section=Section.PEOPLE, icon="flag", answer=_attainment,
        question=gettext_lazy("Who reaches the quota?"), options=[PER], is_sliced=False, has_moment=False,
        has_window=False,
        figures=[
            ATTAINMENT[3], ATTAINMENT[1], ATTAINMENT[0], ATTAINMENT[4],
            Column(
                key="elapsed", label=gettext_lazy("Of the period"), kind=Kind.RATIO,
                definition=gettext_lazy("Share of its working days that is over."),
            ),
        ],
    )
)  # fmt: skip


def _coverage(ground: Ground) -> Answer:
    found, period = _standings(ground)
    flows = {
        "enough": _("enough"), "thin": _("thin"), "dry": _("running dry"), "unknown": _("cannot be told"),
    }  # fmt: skip
    rows = []
    for one in found:
        none = _("no quota is set") if not one.quota else _("the quota is reached")
        few = _("without a quota ahead and enough ended deals nobody can know")
        cells = {
            "open": Cell(one.open), "gap": Cell(one.gap if one.quota else None, why=none),
            "coverage": Cell(one.coverage, why=none), "came": Cell(one.stream.came),
            "needed": Cell(one.stream.needed, why=few), "stream": Cell(one.stream.ratio, why=few),
            "flow": Cell(flows[one.stream.flow.value]),
        }  # fmt: skip
        rows.append(Row(_key(one), one.name, cells, _depth(found, one)))
    first = rows[0].cells if rows else {}
    figures = {
        key: first.get(key, Cell(why=_("no quota is set"))) for key in ("coverage", "open", "gap", "stream")
    }
    notes = [
        _("From %(from)s until before %(until)s.") % {"from": day(period.first), "until": day(period.until)}
    ]
    return Answer(
        figures,
        [Table("standings", _("Person by person"), _("Who"), COVERAGE, rows)] if rows else [],
        notes=notes,
    )


COVERAGE = [
    Column(key="open", label=gettext_lazy("Open pipeline"), kind=Kind.MONEY, more_is_better=True),
    Column(key="gap", label=gettext_lazy("Still to win"), kind=Kind.MONEY),
    Column(
        key="coverage", label=gettext_lazy("Coverage"), kind=Kind.TIMES, more_is_better=True,
        definition=gettext_lazy("How many times the open pipeline covers what is still to win."),
        formula=gettext_lazy("open pipeline ÷ (quota − won)"),
    ),
    Column(
        key="came", label=gettext_lazy("Newly qualified"), kind=Kind.MONEY,
        definition=gettext_lazy("Value qualified in the last four weeks."),
    ),
    Column(
        key="needed", label=gettext_lazy("Needed"), kind=Kind.MONEY,
        definition=gettext_lazy("Value to qualify in four weeks for the quota one sales cycle ahead."),
    ),
    Column(
        key="stream", label=gettext_lazy("Stream"), kind=Kind.TIMES, more_is_better=True,
        formula=gettext_lazy("newly qualified ÷ needed"), definition=gettext_lazy("Does enough new pipeline come in?"),
    ),
    Column(key="flow", label=gettext_lazy("It is"), kind=Kind.TEXT),
]  # fmt: skip
declare(
    Report(
        name="coverage", title=gettext_lazy("Coverage"), section=Section.AHEAD, icon="stage", answer=_coverage,
        question=gettext_lazy("Is there enough pipeline for the quota, and does enough come after it?"), options=[PER],
        is_sliced=False, has_moment=False, has_window=False,
        figures=[COVERAGE[2], COVERAGE[0], COVERAGE[1], COVERAGE[5]],
    )
)  # fmt: skip


def _response_time(ground: Ground) -> Answer:
    found = speeds(ground.viewer, begin=ground.days[0], end=ground.days[1], now=ground.as_of)

    def cells(one: Speed) -> dict[str, Cell]:
        few = _("not enough yet: %(n)s leads, a median takes %(enough)s") % {"n": one.n, "enough": ENOUGH}
        late = few if not one.is_enough else _("fewer than that have been answered so far")
        return {
            "median": Cell(one.median, n=one.n, why=late), "p90": Cell(one.p90, n=one.n, why=late),
            "leads": Cell(one.n), "answered": Cell(one.answered),
            "within": rate_cell(one.within, why=enough(one.within.n)),
        }  # fmt: skip

    def rows(found: list[Speed]) -> list[Row]:
        return [Row(one.name, one.name, cells(one)) for one in found]

    tables = [
        Table("owners", _("By owner"), _("Owner"), RESPONSE, rows(found.by_owner)),
        Table("sources", _("By source"), _("Source"), RESPONSE, rows(found.by_source)),
    ]
    return Answer(cells(found.everybody), tables if found.everybody.n else [])


RESPONSE = [
    Column(
        key="median", label=gettext_lazy("Median"), kind=Kind.MINUTES, more_is_better=False,
        definition=gettext_lazy(
            "From the creation of a lead to the first call, mail, message or meeting of a person, in the working hours "
            "of its owner. Leads that still wait count for as long as they have waited. Imports are left out."
        ),
        formula=gettext_lazy("Kaplan–Meier median of minutes of working time"),
    ),
    Column(key="p90", label=gettext_lazy("90 % within"), kind=Kind.MINUTES, more_is_better=False),
    Column(key="leads", label=gettext_lazy("Leads")),
    Column(key="answered", label=gettext_lazy("Answered"), more_is_better=True),
    Column(key="within", label=gettext_lazy("Within the target"), kind=Kind.RATIO, more_is_better=True),
]  # fmt: skip
declare(
    Report(
        name="response-time", title=gettext_lazy("Response time"), section=Section.PEOPLE, icon="clock",
        question=gettext_lazy("How long do new leads wait for us?"), answer=_response_time, is_sliced=False,
        has_moment=False, days="last_90_days", figures=RESPONSE,
    )
)  # fmt: skip
