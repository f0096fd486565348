"""Reports: each is declared once (`declare.py: Report`) and shown on a page, by the API, in a file and by a command.

question   what the dashboard asks           asking     a request's parameters → what is asked, or what is wrong with them
declare    Report, Column, Cell, Answer      past       the tables of the mirror at one moment, as one viewer may see them
slices     by what numbers are split         ground     what one answer is made from: the past, narrowed to a slice
winning, pipeline, people, forecasts         the reports themselves
answering  an answer with its slices and beside another window; kept while nothing happened
export     CSV, XLSX and flat rows
"""

from siklus.insight.reports.figures import as_rows, kpi_report
from siklus.insight.reports.question import Question, end_of_day

__all__ = ["Question", "as_rows", "end_of_day", "kpi_report"]
