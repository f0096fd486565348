"""From the values of one parameter to a condition and to words."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Exists, F, OuterRef, Q
from django.db.models.lookups import GreaterThanOrEqual, LessThanOrEqual
from django.utils import timezone
from django.utils.translation import gettext as _

from siklus.desk.filters.columns import RECORDS, Column, own_value
from siklus.desk.filters.lookups import Lookups
from siklus.desk.filters.reached import reached_q
from siklus.desk.filters.spans import WORDS, NotADay, days_of
from siklus.platform.i18n import formats
from siklus.platform.imports.values import ValueProblem, parse_decimal
from siklus.platform.installation.current import current
from siklus.platform.money.fields import LIMIT
from siklus.records.deals.models import Status
from siklus.records.tags.models import Tagging

MOST_VALUES = 200


class WrongFilter(ValueError):
    """A filter that means nothing; the text says why."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One chip: a column, the values it may have, and what both say."""

    column: Column
    values: tuple[str, ...]
    is_not: bool
    q: Q
    text: str

    @property
    def label(self) -> str:
        return str(self.column.label)


def split_values(text: str, at: str = ",") -> list[str]:
    r"""Parts of a value between commas; `\,` is a comma."""
    parts, part, escaped = [], "", False
    for letter in text:
        if escaped:
            part += letter if letter == at or letter == "\\" else "\\" + letter
            escaped = False
        elif letter == "\\":
            escaped = True
        elif letter == at:
            parts.append(part)
            part = ""
        else:
            part += letter
    parts.append(part + ("\\" if escaped else ""))
    return [part.strip() for part in parts if part.strip()]


def join_values(values: tuple[str, ...] | list[str], at: str = ",") -> str:
    return at.join(value.replace("\\", "\\\\").replace(at, "\\" + at) for value in values)


def clause(column: Column, values: list[str], kind: str, names: Lookups) -> Clause:
    """Read the values of one parameter. Raises WrongFilter."""
    values = [value.replace("\x00", "") for value in values]
    is_not = bool(values) and values[0].startswith("!")
    if is_not:
        values[0] = values[0][1:]
    values = list(dict.fromkeys(value for value in values if value))
    if not values:
        raise WrongFilter(_("%(label)s: no value is given.") % {"label": column.label})
    if len(values) > MOST_VALUES:
        raise WrongFilter(_("%(label)s: too many values.") % {"label": column.label})
    read = _READERS[column.kind]
    total, texts = Q(), []
    for value in values:
        condition, text = (
            _none(column, kind)
            if value == "none" and column.kind != "next"
            else read(column, value, kind, names)
        )
        total |= condition
        texts.append(str(text))
    if column.kind in {"money", "number", "percent", "year"}:
        values = [value if value == "none" else _plain(column, value) for value in values]
    said = (" " + _("or") + " ").join(texts)
    return Clause(
        column,
        tuple(values),
        is_not,
        _without(column, total) if is_not else total,
        _("not %(value)s") % {"value": said} if is_not else said,
    )


def _without(column: Column, condition: Q) -> Q:
    """NOT that lets the unknown through: what belongs to nobody does not belong to Rani."""
    if column.own or not column.nullable or not column.path or column.kind in {"tags", "text"}:
        return ~condition
    empty = Q(**{f"{column.path}__isnull": True})
    return ~condition if _asks_none(condition) else ~condition | empty


def _asks_none(condition: Q) -> bool:
    return any(
        _asks_none(child) if isinstance(child, Q) else child[0].endswith("__isnull")
        for child in condition.children
        if isinstance(child, (Q, tuple))
    )


def _none(column: Column, kind: str) -> tuple[Q, str]:
    nothing = _("empty")
    if column.kind == "tags":
        return ~Q(Exists(_tagged(kind))), _("no tag")
    if column.kind == "person":
        return Q(owner_id__isnull=True), _("Nobody")
    if column.key == "amount":
        return Q(amount__isnull=True), nothing
    if column.kind in {"text", "name", "rotting", "status", "reached"}:
        raise WrongFilter(_("%(label)s is never empty.") % {"label": column.label})
    if column.own:
        return Q(**{f"{column.path}__isnull": True}), nothing
    if column.nullable:
        return Q(**{f"{column.path}__isnull": True}), nothing
    return Q(**{column.path: ""}) if column.kind not in {
        "money",
        "percent",
        "days",
        "stage",
        "moment",
    } else Q(pk__in=[]), nothing


def _wrong(column: Column, value: str) -> WrongFilter:
    return WrongFilter(
        _("%(label)s: “%(value)s” is not understood.") % {"label": column.label, "value": value[:60]}
    )


def _choice(column: Column, value: str, kind: str, names: Lookups) -> tuple[Q, Any]:
    known = {str(key): (key, label) for key, label in column.choices(names)} if column.choices else {}
    if value not in known and column.kind == "stage" and value.isdigit() and int(value) in names.stages:
        known[value] = (int(value), names.stages[int(value)].name)
    if value not in known:
        raise _wrong(column, value)
    key, label = known[value]
    if column.kind == "status":
        return _status(value), label
    return Q(**{column.path: key}), label


def _status(value: str) -> Q:
    if value == "any":
        return Q(status__in=Status.values)
    return ~Q(status=Status.OPEN) if value == "closed" else Q(status=value)


def _reached(column: Column, value: str, kind: str, names: Lookups) -> tuple[Q, Any]:
    stage = names.stages.get(int(value)) if value.isdigit() and len(value) < 16 else None
    if stage is None:
        raise _wrong(column, value)
    return reached_q(stage, names), stage.name


def _response(column: Column, value: str, kind: str, names: Lookups) -> tuple[Q, Any]:
    known = {str(key): label for key, label in column.choices(names)} if column.choices else {}
    if value not in known:
        raise _wrong(column, value)
    waits = Q(
        first_response__arrived_at__isnull=False,
        first_response__answered_at=None,
        first_response__ended_at=None,
    )
    where = {
        "waiting": waits, "overdue": waits & Q(first_response__due_at__lte=names.now),
        "within": Q(first_response__answered_at__lte=F("first_response__due_at")),
        "late": Q(first_response__answered_at__gt=F("first_response__due_at")),
    }  # fmt: skip
    return where[value], known[value]


def _several(column: Column, value: str, kind: str, names: Lookups) -> tuple[Q, Any]:
    _condition, label = _choice(column, value, kind, names)
    plain, escaped = json.dumps(value, ensure_ascii=False), json.dumps(value)
    where = Q(**{f"{column.path}__icontains": plain})
    return where | Q(**{f"{column.path}__icontains": escaped}) if escaped != plain else where, label


def _yes_no(column: Column, value: str, kind: str, names: Lookups) -> tuple[Q, Any]:
    _condition, label = _choice(column, value, kind, names)
    return Q(**{column.path: value == "yes"}), label


def _person(column: Column, value: str, kind: str, names: Lookups) -> tuple[Q, Any]:
    if value == "me":
        return Q(owner_id=names.viewer.pk), _("Me")
    if value == "team":
        return Q(owner_id__in=names.team_ids), _("My team")
    if value == "nobody":
        return Q(owner_id__isnull=True), _("Nobody")
    person = names.people.get(int(value)) if value.isdigit() and len(value) < 16 else None
    if person is None:
        raise _wrong(column, value)
    return Q(owner_id=person.id), person.name


def _record(column: Column, value: str, kind: str, names: Lookups) -> tuple[Q, Any]:
    if value.isdigit() and len(value) < 16:
        return Q(**{column.path: int(value)}), _record_name(column, int(value), names)
    return Q(**{f"{column.also[0]}__icontains": value}), f"“{value}”"


def _record_name(column: Column, pk: int, names: Lookups) -> str:
    from siklus.records.companies.queries import companies_for
    from siklus.records.contacts.queries import contacts_for

    door: Any = companies_for if column.key == "company" else contacts_for
    found = door(names.viewer).filter(pk=pk).values_list("name", flat=True).first()
    return str(found) if found else f"#{pk}"


def _text(column: Column, value: str, kind: str, names: Lookups) -> tuple[Q, Any]:
    where = Q(**{f"{column.path}__icontains": value})
    for path in column.also:
        where |= Q(**{f"{path}__icontains": value})
    return where, f"“{value}”"


def _words(column: Column, value: str, kind: str, names: Lookups) -> tuple[Q, Any]:
    if column.own:
        return Q(**{f"{column.path}__icontains": value}), f"“{value}”"
    if column.kind == "words" and not value.startswith("~"):
        return Q(**{f"{column.path}__iexact": value}), value
    value = value.removeprefix("~")
    return Q(**{f"{column.path}__icontains": value}), f"“{value}”"


def _bound(column: Column, text: str) -> Decimal:
    try:
        number = parse_decimal(text)
    except ValueProblem as problem:
        raise _wrong(column, text) from problem
    if not number.is_finite() or abs(number) >= LIMIT:
        raise _wrong(column, text)
    return number


def _bounds(column: Column, value: str) -> tuple[Decimal | None, Decimal | None]:
    if ".." in value:
        low_text, high_text = (part.strip() for part in value.split("..", 1))
    else:
        low_text = high_text = value.strip()
    if not low_text and not high_text:
        raise _wrong(column, value)
    return (
        _bound(column, low_text) if low_text else None,
        _bound(column, high_text) if high_text else None,
    )


def _plain(column: Column, value: str) -> str:
    """A number or a range without grouping, so that an address says it one way."""
    low, high = ("" if one is None else format(one.normalize(), "f") for one in _bounds(column, value))
    return f"{low}..{high}" if ".." in value else low


def _number(column: Column, value: str, kind: str, names: Lookups) -> tuple[Q, Any]:
    low, high = _bounds(column, value)
    return _between(column, low, high), _range_text(low, high, _writer(column))


def _between(column: Column, low: Any, high: Any) -> Q:
    if column.own:
        number = column.kind == "number"
        read = own_value(column.own.key, number)
        cast: Callable[[Any], Any] = float if number else str
        where = Q()
        if low is not None:
            where &= Q(GreaterThanOrEqual(read, cast(low)))
        if high is not None:
            where &= Q(LessThanOrEqual(read, cast(high)))
        return where
    if column.kind == "money":
        low, high = (None if one is None else round(one, 3) for one in (low, high))
    if low is not None and low == high:
        return Q(**{column.path: low})
    where = Q()
    if low is not None:
        where &= Q(**{f"{column.path}__gte": low})
    if high is not None:
        where &= Q(**{f"{column.path}__lte": high})
    return where


def _writer(column: Column) -> Callable[[Any], str]:
    if column.kind == "money":
        return lambda value: formats.money(value, current().currency, compact=value >= 1_000_000)
    if column.kind == "percent":
        return lambda value: formats.percent(value / 100)
    if column.kind == "year":
        return str
    return lambda value: formats.number(value)


def _range_text(low: Any, high: Any, write: Callable[[Any], str]) -> str:
    if low is not None and low == high:
        return write(low)
    if high is None:
        return f"≥ {write(low)}"
    if low is None:
        return f"≤ {write(high)}"
    return f"{write(low)} – {write(high)}"


def _date(column: Column, value: str, kind: str, names: Lookups) -> tuple[Q, Any]:
    try:
        first, last = days_of(value, names.today)
    except NotADay as problem:
        raise _wrong(column, value) from problem
    text = WORDS.get(value) or _range_text(first, last, formats.day)
    if column.kind == "date":
        return _between(
            column, first and first.isoformat() if column.own else first, _end(column, last)
        ), text
    where = Q()
    if first is not None:
        where &= Q(**{f"{column.path}__gte": _midnight(first)})
    if last is not None:
        where &= Q(**{f"{column.path}__lt": _midnight(last + timedelta(days=1))})
    return where, text


def _end(column: Column, last: Any) -> Any:
    return last and last.isoformat() if column.own else last


def _midnight(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _tagged(kind: str) -> Any:
    return Tagging.objects.filter(kind=RECORDS[kind], object_id=OuterRef("pk"))


def _tag(column: Column, value: str, kind: str, names: Lookups) -> tuple[Q, Any]:
    tag = names.tags.get(value.lower())
    if tag is None:
        raise WrongFilter(_("There is no tag “%(name)s”.") % {"name": value[:60]})
    tagged = Tagging.objects.filter(tag=tag, kind=RECORDS[kind]).values("object_id")
    return Q(pk__in=tagged), tag.name


def _next(column: Column, value: str, kind: str, names: Lookups) -> tuple[Q, Any]:
    _condition, label = _choice_label(column, value, names)
    tomorrow = _midnight(names.today + timedelta(days=1))
    where = {
        "late": Q(next_at__lt=names.now),
        "today": Q(next_at__gte=names.now, next_at__lt=tomorrow),
        "planned": Q(next_at__gte=tomorrow) | Q(next_at__isnull=True) & ~Q(next_kind=""),
        "none": Q(next_at__isnull=True, next_kind=""),
    }
    return where[value], label


def _choice_label(column: Column, value: str, names: Lookups) -> tuple[Any, Any]:
    for key, label in column.choices(names) if column.choices else []:
        if key == value:
            return key, label
    raise _wrong(column, value)


def rotting_q(names: Lookups) -> Q:
    """The condition behind `rotting_for`, for whole lists."""
    total = Q(pk__in=[])
    for pk, stage in names.stages.items():
        if not stage.rotting_days:
            continue
        limit = timedelta(days=stage.rotting_days)
        total |= (
            Q(stage_id=pk, status=Status.OPEN, stage_entered_at__lte=names.now - limit)
            & (Q(last_touch_at__isnull=True) | Q(last_touch_at__lte=names.now - limit))
            & (Q(next_at__isnull=True) | Q(next_at__lt=names.now) | Q(next_at__gt=names.now + limit))
        )
    return total


def _rotting(column: Column, value: str, kind: str, names: Lookups) -> tuple[Q, Any]:
    _key, label = _choice_label(column, value, names)
    if value == "yes":
        return rotting_q(names), label
    return ~Q(pk__in=_model(kind).objects.filter(rotting_q(names)).values("pk")), label


def _model(kind: str) -> Any:
    from siklus.records.deals.models import Deal

    return Deal


def _days(column: Column, value: str, kind: str, names: Lookups) -> tuple[Q, Any]:
    """Days in the stage: `7..` is a week or longer."""
    low_text, high_text = (part.strip() for part in value.split("..", 1)) if ".." in value else (value, value)
    try:
        low = int(low_text) if low_text else None
        high = int(high_text) if high_text else None
        if (
            (low is None and high is None)
            or max(low or 0, high or 0) > 100_000
            or min(low or 0, high or 0) < 0
        ):
            raise ValueError(value)
    except ValueError as problem:
        raise _wrong(column, value) from problem
    where = Q()
    if low is not None:
        where &= Q(**{f"{column.path}__lte": names.now - timedelta(days=low)})
    if high is not None:
        where &= Q(**{f"{column.path}__gt": names.now - timedelta(days=high + 1)})
    return where, _range_text(low, high, formats.days)


Reader = Callable[[Column, str, str, Lookups], tuple[Q, Any]]
_READERS: dict[str, Reader] = {
    "name": _text, "text": _text, "words": _words, "link": _words, "phone": _words, "email": _words,
    "choice": _choice, "grade": _choice, "stage": _choice, "status": _choice, "several": _several, "yes_no": _yes_no,
    "person": _person, "record": _record, "money": _number, "number": _number,
    "percent": _number, "year": _number, "date": _date, "moment": _date, "tags": _tag, "next": _next,
    "rotting": _rotting, "reached": _reached, "response": _response,
    "days": _days,
}  # fmt: skip
