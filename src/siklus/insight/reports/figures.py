"""The figures of `kpis` for one question, and as flat rows."""

from typing import Any

from siklus.analytics import kpis
from siklus.insight.mirror.read import current_mirror
from siklus.insight.reports.question import Question
from siklus.insight.tables import deals_at


def kpi_report(question: Question) -> dict[str, kpis.Kpi]:
    """The figures of `siklus report kpis`, by name."""
    deals = deals_at(current_mirror(), question.as_of, where=question.where, known_at=question.known_at)
    return kpis.all_kpis(deals, as_of=question.as_of, window=question.window)


def as_rows(report: dict[str, kpis.Kpi]) -> list[dict[str, Any]]:
    """A report as flat rows for a table, CSV or JSON."""
    return [
        {
            "name": kpi.name,
            "value": kpi.value,
            "unit": kpi.unit,
            "n": kpi.n,
            "numerator": kpi.numerator,
            "denominator": kpi.denominator,
            "low": kpi.low,
            "high": kpi.high,
            "parts": dict(kpi.parts),
        }
        for kpi in report.values()
    ]
