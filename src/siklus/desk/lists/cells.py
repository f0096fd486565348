"""The rows of a list as HTML. A page writes hundreds of cells, so each column's writer is made once and then only fills in.

Writers give plain `str` that is already escaped; only `row_writer` gives Markup.
"""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from markupsafe import Markup
from markupsafe import escape as _escape

from siklus.desk.filters.columns import Column
from siklus.desk.filters.read import Filter
from siklus.desk.lists.words import choice_label, own_text
from siklus.desk.pages.own import web_address
from siklus.desk.response.words import answer_words
from siklus.platform.i18n import formats
from siklus.platform.web.jinja import template_global
from siklus.platform.web.kit import icon, person_cell, tag_cell

Row = dict[str, Any]
Writer = Callable[[Row], str]

FOLDERS = {"leads": "deals"}
NUMBERS = frozenset({"money", "number", "percent", "days", "year"})
NEXT_ICONS = {"late": "warning", "today": "today", "planned": "clock"}
STATUS_TONES = {"open": "", "won": ' data-tone="good"'}  # any other is bad


def escape(value: Any) -> str:
    return str(_escape(value))


@template_global
def row_writer(made: Filter, can_work: bool) -> Callable[[Row], Markup]:
    """A function that writes one dressed row as `<tr>`."""
    folder = FOLDERS.get(made.kind, made.kind)
    writers = [_column(made, column, can_work, folder) for column in made.shown]

    def write(row: Row) -> Markup:
        head = (
            f'<tr data-row data-edit="/{folder}/{row["id"]}/edit/"><td class="cell-tick">'
            f'<input class="tick" type="checkbox" name="ids" value="{row["id"]}" data-select-row '
            f'aria-label="{escape(row["name"])}"></td>'
        )
        cells = "".join([one(row) for one in writers])
        return Markup(f"{head}{cells}</tr>\n")  # noqa: S704  (writers escape)

    return write


def _column(made: Filter, column: Column, can_work: bool, folder: str) -> Writer:
    if column.kind == "name":
        editable = ' data-cell="name"' if can_work else ""
        return lambda row: (
            f'<th scope="row"{editable}><a href="/{folder}/{row["id"]}/">{escape(row["name"])}</a></th>'
        )
    number = ' class="num"' if column.kind in NUMBERS else ""
    edit = f' data-cell="{escape(column.edit)}"' if can_work and column.edit else ""
    start = f"<td{number}{edit}>"
    inside = _inside(made, column)
    return lambda row: f"{start}{inside(row)}</td>"


def _inside(made: Filter, column: Column) -> Writer:
    """What stands in a cell of this column."""
    special = {"money": _money, "stage": _stage, "person": _person, "next": _next, "days": _days,
               "tags": _tags, "grade": _grade, "response": _response,
               "email": _email, "phone": _phone}.get(column.kind)  # fmt: skip
    if special is not None:
        return special(made)
    path = column.values[0] if column.values else ""
    if column.kind == "date" and column.own is not None:
        key = column.own.key
        return lambda row: escape(row["custom"].get(key, ""))
    if column.kind in {"date", "moment"}:
        return lambda row: formats.day(row[path])
    if column.kind == "record":
        folder = "companies" if column.key == "company" else "contacts"
        name = column.values[1]
        return lambda row: f'<a href="/{folder}/{row[path]}/">{escape(row[name])}</a>' if row[path] else ""
    if column.kind == "percent":
        return lambda row: escape(formats.percent(row[path] / 100))
    if column.kind == "status":
        return lambda row: _status(row["status"], choice_label(column, row["status"], made.names))
    if column.own is not None:
        key = column.own.key
        return lambda row: escape(own_text(column, row["custom"].get(key)))
    if column.kind == "choice":
        return lambda row: escape(choice_label(column, row[path], made.names))
    if column.kind == "number":
        return lambda row: formats.number(row[path])
    if column.kind == "link":
        return lambda row: _link(row[path])
    return lambda row: "" if row[path] is None else escape(row[path])


def _money(_made: Filter) -> Writer:
    return lambda row: escape(formats.money(row["amount"], row["currency"])) or "–"


def _stage(made: Filter) -> Writer:
    written = {pk: str(tag_cell(one.name, one.colour)) for pk, one in made.names.stages.items()}
    return lambda row: written[row["stage_id"]]


def _person(made: Filter) -> Writer:
    people = made.names.people
    nobody = f'<span class="faint">{escape(_("Nobody"))}</span>'
    return lambda row: str(person_cell(people[row["owner_id"]].name)) if row["owner_id"] in people else nobody


def _next(_made: Filter) -> Writer:
    nothing = _("Nothing planned")

    def write(row: Row) -> str:
        state = row["next_state"]
        if not state:
            return ""
        picture = icon(NEXT_ICONS.get(state, "alert"))
        text = escape(row["next_text"] or nothing)
        return f'<span class="next" data-state="{state}">{picture}<span>{text}</span></span>'

    return write


def _days(_made: Filter) -> Writer:
    late = f' class="bad strong" title="{escape(_("Too long in this stage"))}"'
    return lambda row: f"<span{late if row['rotting'] else ''}>{formats.days(row['days'], short=True)}</span>"


def _tags(_made: Filter) -> Writer:
    return lambda row: "".join([f"{tag_cell(tag.name, tag.colour)} " for tag in row["tags"]])


def _grade(_made: Filter) -> Writer:
    def write(row: Row) -> str:
        grade = row["fit__grade"]
        if not grade:
            return ""
        return f'<span class="grade" data-grade="{grade}" title="{row["fit__share"]}%">{grade}</span>'

    return write


def _response(made: Filter) -> Writer:
    """How long it took, or until when somebody shall speak to them."""
    now = made.names.now

    def write(row: Row) -> str:
        due_at, answered_at = row["first_response__due_at"], row["first_response__answered_at"]
        if row["first_response__arrived_at"] is None:
            return ""
        if answered_at is not None:
            late = due_at is not None and answered_at > due_at
            mark = f' class="bad strong" title="{escape(_("Answered too late"))}"' if late else ""
            return f"<span{mark}>{escape(formats.duration(row['first_response__waited']))}</span>"
        if row["first_response__ended_at"] is not None:
            return escape(_("closed unanswered"))
        state, text = answer_words(due_at, now)
        return f'<span class="next" data-state="{state}">{icon(NEXT_ICONS[state])}<span>{escape(text)}</span></span>'

    return write


def _email(_made: Filter) -> Writer:
    def write(row: Row) -> str:
        address = escape(row["email"] or "")
        return f'<a href="mailto:{address}">{address}</a>' if address else ""

    return write


def _phone(_made: Filter) -> Writer:
    def write(row: Row) -> str:
        number = escape(row["phone"] or "")
        return f'<a href="tel:{number}">{number}</a>' if number else ""

    return write


def _status(status: str, word: str) -> str:
    tone = STATUS_TONES.get(status, ' data-tone="bad"')
    return f'<span class="tag"{tone}>{escape(word)}</span>'


def _link(address: str | None) -> str:
    if not address:
        return ""
    target = web_address(address)
    shown = address.replace("https://", "").replace("http://", "").replace("www.", "")
    if not target:
        return escape(shown)
    return f'<a href="{escape(target)}" rel="noreferrer noopener" target="_blank">{escape(shown)}</a>'
