"""What a report is made of: its declaration, and the answer that it gives."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeAlias

from siklus.analytics.compare import Difference, difference_of
from siklus.analytics.definitions import DEFINITIONS
from siklus.analytics.kpis import Kpi
from siklus.analytics.rates import Rate

if TYPE_CHECKING:
    from siklus.insight.reports.ground import Ground

Behind: TypeAlias = Callable[[], Any] | Sequence[int]  # deal ids, or what gives them or an Ibis table of them


class Kind(StrEnum):
    """How a value is to be read. Shares are from 0 to 1, money is in the installation's currency."""

    TEXT = "text"
    COUNT = "count"
    MONEY = "money"
    RATIO = "ratio"
    DAYS = "days"
    MINUTES = "minutes"
    TIMES = "times"


class Section(StrEnum):
    WINNING = "winning"
    PIPELINE = "pipeline"
    AHEAD = "ahead"
    PEOPLE = "people"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table, or a headline figure. `more_is_better` is None where neither direction is good."""

    key: str
    label: Any
    kind: Kind = Kind.COUNT
    definition: Any = ""
    formula: Any = ""
    more_is_better: bool | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """One number with everything needed to judge it.

    Attributes
    ----------
    value : None where there is nothing to make it from; `why` says the reason
    low, high : 95 % interval; n : how many are behind it
    numerator, denominator, parts : what it was made of, for those who reckon on
    deals : gives the deals behind it; runs nothing by itself
    before : the same of the window that it is compared with
    """

    value: Any = None
    low: float | None = None
    high: float | None = None
    n: int | None = None
    why: str = ""
    numerator: Any = None
    denominator: Any = None
    parts: Mapping[str, Any] = field(default_factory=dict)
    deals: Behind | None = field(default=None, repr=False, compare=False)
    before: "Cell | None" = None

    @property
    def change(self) -> Difference | None:
        """Now − before, with its interval where both have one."""
        if self.before is None or isinstance(self.value, str):
            return None
        return difference_of(
            (self.value, self.low, self.high), (self.before.value, self.before.low, self.before.high)
        )


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table. `key` names it in addresses and in comparisons."""

    key: str
    label: str
    cells: Mapping[str, Cell]
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under columns; `head` stands over their labels."""

    name: str
    title: str
    head: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """What the kit draws: `rows` (label, value, colour) for funnel and rows, `labels` and `series` for bars and lines."""

    kind: str
    title: str
    rows: Sequence[Mapping[str, Any]] = ()
    labels: Sequence[str] = ()
    series: Sequence[Mapping[str, Any]] = ()
    unit: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a report says. `figures` are its headline, by the declaration's columns."""

    figures: Mapping[str, Cell] = field(default_factory=dict)
    tables: Sequence[Table] = ()
    charts: Sequence[Chart] = ()
    notes: Sequence[str] = ()

    def table(self, name: str) -> Table | None:
        return next((one for one in self.tables if one.name == name), None)


@dataclass(frozen=True, slots=True)
class Option:
    """A choice of one report alone; the first one holds unless something else is said."""

    key: str
    label: Any
    choices: Sequence[tuple[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report, declared once.

    Attributes
    ----------
    name : in addresses, in the API and on the command line
    question : what it answers, as people ask
    figures : the headline
    has_window, has_moment : whether days and a moment of the past can be said
    is_sliced : whether it can be narrowed and split by what deals have
    answer : makes it
    days : the window unless another is said
    """

    name: str
    title: Any
    question: Any
    section: Section
    icon: str
    answer: "Callable[[Ground], Answer]"
    figures: Sequence[Column] = ()
    options: Sequence[Option] = ()
    has_window: bool = True
    has_moment: bool = True
    is_sliced: bool = True
    days: str = "last_365_days"


_reports: dict[str, Report] = {}


def declare(report: Report) -> Report:
    _reports[report.name] = report
    return report


def reports() -> Mapping[str, Report]:
    """Every report by name, in the order of the declarations."""
    from siklus.insight.reports import forecasts, people, pipeline, winning  # noqa: F401 - they declare

    return _reports


def figure(name: str, *, better: bool | None = None) -> Column:
    """The column of a figure of the library."""
    known = DEFINITIONS[name]
    kind = {"ratio": Kind.RATIO, "money": Kind.MONEY, "days": Kind.DAYS}.get(known.unit, Kind.COUNT)
    return Column(
        key=name, label=known.title, kind=kind, definition=known.definition, formula=known.formula,
        more_is_better=better,
    )  # fmt: skip


def cell_of(kpi: Kpi, *, why: str = "") -> Cell:
    """A figure of the library."""
    return Cell(
        kpi.value, kpi.low, kpi.high, kpi.n, "" if kpi.value is not None else why, kpi.numerator, kpi.denominator,
        kpi.parts, kpi.ids,
    )  # fmt: skip


def rate_cell(rate: Rate, *, why: str, deals: Behind | None = None) -> Cell:
    """A share with its interval; too few cases are a dash."""
    if not rate.is_enough:
        return Cell(None, n=rate.n, why=why, numerator=rate.hits, denominator=rate.n, deals=deals)
    low, high = rate.interval or (None, None)
    return Cell(rate.value, low, high, rate.n, "", rate.hits, rate.n, deals=deals)


def beside(now: Answer, before: Answer) -> Answer:
    """An answer whose cells know what they were in another one."""
    tables = []
    for table in now.tables:
        earlier = before.table(table.name)
        known = {row.key: row for row in earlier.rows} if earlier else {}
        tables.append(replace(table, rows=[_row_beside(row, known.get(row.key)) for row in table.rows]))
    figures = {key: replace(cell, before=before.figures.get(key)) for key, cell in now.figures.items()}
    return replace(now, figures=figures, tables=tables)


def _row_beside(row: Row, before: Row | None) -> Row:
    if before is None:
        return row
    return replace(
        row, cells={key: replace(cell, before=before.cells.get(key)) for key, cell in row.cells.items()}
    )


def ids_of(behind: Behind) -> list[int]:
    """The deals behind a number, each once."""
    found = behind() if callable(behind) else behind
    ids: Iterable[int] = found if isinstance(found, Sequence) else found.deal_id.to_pyarrow().to_pylist()
    return sorted(set(ids))
