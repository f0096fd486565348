"""The catalogue: what each kind of list can show, filter, sort and group by."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import FloatField
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from siklus.desk.filters.lookups import Lookups
from siklus.records.contacts.models import Channel
from siklus.records.deals.models import Category, Kind, Status
from siklus.records.fields.models import FieldDefinition, FieldKind

Choices = Callable[[Lookups], Sequence[tuple[Any, Any]]]

LISTS = ("leads", "deals", "companies", "contacts")
RECORDS = {"leads": "deal", "deals": "deal", "companies": "company", "contacts": "contact"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """One thing that a list knows about its records.

    `sort` is the ORM path to sort by, `values` are the paths that a row needs to be shown, `edit` the field
    of the record's edit verb, `group` the path whose values make the groups, `order` what sorts these.
    """

    key: str
    label: Any
    kind: str
    path: str = ""
    sort: str = ""
    nullable: bool = True
    group: str = ""
    order: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    edit: str = ""
    is_default: bool = False
    is_shown: bool = True
    is_filter: bool = True
    choices: Choices | None = None
    own: FieldDefinition | None = None
    also: tuple[str, ...] = field(default=())

    @property
    def is_number(self) -> bool:
        return self.kind in {"money", "number", "percent", "days"}


def stage_choices(names: Lookups) -> list[tuple[Any, Any]]:
    many = len(names.pipelines) > 1
    return [
        (pk, f"{one.pipeline.name}: {one.name}" if many else one.name)
        for pk, one in names.stages.items()
        if one.retired_at is None
    ]


def _statuses(names: Lookups) -> list[tuple[Any, Any]]:
    return [*Status.choices, ("closed", _("Closed")), ("any", _("Open or closed"))]


def _nexts(names: Lookups) -> list[tuple[Any, Any]]:
    return [
        ("late", _("Overdue")),
        ("today", _("Today")),
        ("planned", _("Planned")),
        ("none", _("Nothing planned")),
    ]


def _owner() -> Column:
    return Column(
        key="owner",
        label=_("Owner"),
        kind="person",
        path="owner_id",
        sort="owner__name",
        values=("owner_id",),
        group="owner_id",
        order=("owner__name", "owner_id"),
        edit="owner",
        is_default=True,
    )


def _fit(*, is_default: bool) -> Column:
    return Column(
        key="fit",
        label=_("Fit"),
        kind="grade",
        path="fit__grade",
        sort="fit__share",
        values=("fit__grade", "fit__share"),
        choices=lambda names: [(grade, grade) for grade in "ABCD"],
        is_default=is_default,
    )


def _answers(_names: Lookups) -> list[tuple[Any, Any]]:
    return [
        ("waiting", _("Waiting")), ("overdue", _("Overdue")), ("within", _("Answered within the target")),
        ("late", _("Answered too late")),
    ]  # fmt: skip


def _first_response() -> Column:
    """How long until somebody spoke to the lead; sorted by when that is due."""
    parts = ("arrived_at", "due_at", "answered_at", "ended_at", "waited")
    return Column(
        key="response",
        label=_("First response"),
        kind="response",
        path="first_response__arrived_at",
        sort="first_response__due_at",
        values=tuple(f"first_response__{part}" for part in parts),
        choices=_answers,
    )


def _tags() -> Column:
    return Column(key="tag", label=_("Tags"), kind="tags", path="id")


def _moment(key: str, label: Any, path: str, **more: Any) -> Column:
    return Column(
        key=key,
        label=label,
        kind="moment",
        path=path,
        sort=path,
        values=(path,),
        group=f"month:{path}",
        **more,
    )


def _words(key: str, label: Any, path: str, **more: Any) -> Column:
    values = {"kind": "words", "sort": path, "values": (path,), "nullable": False, "group": path, **more}
    return Column(key=key, label=label, path=path, **values)


def _deal_columns(*, leads: bool) -> list[Column]:
    return [
        Column(
            key="name",
            label=_("Lead") if leads else _("Deal"),
            kind="name",
            path="name",
            sort="name",
            nullable=False,
            values=("name",),
            edit="name",
            is_default=True,
        ),
        Column(
            key="company",
            label=_("Company"),
            kind="record",
            path="company_id",
            sort="company__name",
            values=("company_id", "company__name"),
            group="company_id",
            order=("company__name", "company_id"),
            is_default=True,
            also=("company__name",),
        ),
        _fit(is_default=leads),
        Column(
            key="contact",
            label=_("Contact"),
            kind="record",
            path="contact_id",
            sort="contact__name",
            values=("contact_id", "contact__name"),
            also=("contact__name",),
        ),
        Column(
            key="amount",
            label=_("Amount"),
            kind="money",
            path="amount_base",
            sort="amount_base",
            nullable=False,
            values=("amount", "currency", "amount_base"),
            edit="amount",
            is_default=True,
        ),
        Column(
            key="stage",
            label=_("Stage"),
            kind="stage",
            path="stage_id",
            sort="stage__position",
            nullable=False,
            values=("stage_id",),
            group="stage_id",
            order=("pipeline__position", "stage__position", "stage_id"),
            choices=stage_choices,
            edit="stage",
            is_default=True,
        ),
        _owner(),
        Column(
            key="next",
            label=_("Next activity"),
            kind="next",
            sort="next_at",
            choices=_nexts,
            is_default=True,
            values=("next_at", "next_kind", "next_subject"),
        ),
        Column(
            key="close",
            label=_("Expected close"),
            kind="date",
            path="expected_close_date",
            sort="expected_close_date",
            values=("expected_close_date",),
            group="month:expected_close_date",
            edit="expected_close_date",
            is_default=not leads,
        ),
        _words("source", _("Source"), "source", edit="source", is_default=leads),
        Column(
            key="chance",
            label=_("Chance"),
            kind="percent",
            path="probability",
            sort="probability",
            nullable=False,
            values=("probability",),
            edit="probability",
        ),
        Column(
            key="category",
            label=_("Forecast category"),
            kind="choice",
            path="category",
            sort="category",
            nullable=False,
            values=("category",),
            group="category",
            choices=lambda names: Category.choices,
            edit="category",
        ),
        Column(
            key="kind",
            label=_("Kind"),
            kind="choice",
            path="kind",
            sort="kind",
            nullable=False,
            values=("kind",),
            group="kind",
            choices=lambda names: Kind.choices,
            edit="kind",
        ),
        Column(
            key="status",
            label=_("Status"),
            kind="status",
            path="status",
            sort="status",
            nullable=False,
            values=("status",),
            group="status",
            choices=_statuses,
        ),
        Column(
            key="lost_reason",
            label=_("Lost reason"),
            kind="choice",
            path="lost_reason_id",
            sort="lost_reason__name",
            values=("lost_reason_id",),
            group="lost_reason_id",
            order=("lost_reason__name", "lost_reason_id"),
            choices=lambda names: list(names.lost_reasons.items()),
        ),
        Column(
            key="team",
            label=_("Team"),
            kind="choice",
            path="team_id",
            sort="team__name",
            values=("team_id",),
            group="team_id",
            order=("team__name", "team_id"),
            choices=lambda names: list(names.teams.items()),
        ),
        _tags(),
        *([_first_response()] if leads else []),
        Column(
            key="days",
            label=_("Days in stage"),
            kind="days",
            path="stage_entered_at",
            sort="stage_entered_at",
            nullable=False,
            values=("stage_entered_at",),
        ),
        Column(
            key="rotting",
            label=_("Rotting"),
            kind="rotting",
            is_shown=False,
            choices=lambda names: [("yes", _("Yes")), ("no", _("No"))],
        ),
        Column(
            key="reached",
            label=_("Ever reached"),
            kind="reached",
            nullable=False,
            is_shown=False,
            choices=stage_choices,
        ),
        Column(
            key="pipeline",
            label=_("Pipeline"),
            kind="choice",
            path="pipeline_id",
            is_shown=False,
            choices=lambda names: [(one.pk, one.name) for one in names.pipelines],
        ),
        _moment("created", _("Created"), "created_at", nullable=False),
        _moment("updated", _("Changed"), "updated_at", nullable=False),
        _moment("touched", _("Last touch"), "last_touch_at"),
        _moment("closed", _("Closed"), "closed_at"),
        Column(
            key="q",
            label=_("Text"),
            kind="text",
            path="name",
            also=("company__name", "contact__name"),
            is_shown=False,
        ),
    ]


def _company_columns() -> list[Column]:
    return [
        Column(
            key="name",
            label=_("Company"),
            kind="name",
            path="name",
            sort="name",
            nullable=False,
            values=("name",),
            edit="name",
            is_default=True,
        ),
        _words("industry", _("Industry"), "industry", edit="industry", is_default=True),
        _words("city", _("City"), "city", edit="city", is_default=True),
        _words("country", _("Country"), "country", edit="country"),
        Column(
            key="employees",
            label=_("Employees"),
            kind="number",
            path="employees",
            sort="employees",
            values=("employees",),
            edit="employees",
            is_default=True,
        ),
        Column(
            key="founded",
            label=_("Founded"),
            kind="year",
            path="founded_year",
            sort="founded_year",
            values=("founded_year",),
            edit="founded_year",
        ),
        _fit(is_default=True),
        _words("phone", _("Phone"), "phone", edit="phone", group="", kind="phone"),
        _words("website", _("Website"), "website", edit="website", group="", kind="link", is_default=True),
        _owner(),
        _tags(),
        _moment("created", _("Added"), "created_at", nullable=False, is_default=True),
        _moment("updated", _("Changed"), "updated_at", nullable=False),
        Column(key="q", label=_("Text"), kind="text", path="name", also=("city", "domain"), is_shown=False),
    ]


def _contact_columns() -> list[Column]:
    return [
        Column(
            key="name",
            label=_("Contact"),
            kind="name",
            path="name",
            sort="name",
            nullable=False,
            values=("name",),
            edit="name",
            is_default=True,
        ),
        _words("title", _("Position"), "title", edit="title", is_default=True),
        Column(
            key="company",
            label=_("Company"),
            kind="record",
            path="company_id",
            sort="company__name",
            values=("company_id", "company__name"),
            group="company_id",
            order=("company__name", "company_id"),
            is_default=True,
            also=("company__name",),
        ),
        _words("email", _("E-mail"), "email", group="", kind="email", is_default=True),
        _words("phone", _("Phone"), "phone", group="", kind="phone", is_default=True),
        _words("city", _("City"), "city", edit="city"),
        Column(
            key="channel",
            label=_("Preferred channel"),
            kind="choice",
            path="preferred_channel",
            sort="preferred_channel",
            nullable=False,
            values=("preferred_channel",),
            group="preferred_channel",
            choices=lambda names: Channel.choices,
            edit="preferred_channel",
        ),
        _owner(),
        _tags(),
        _moment("created", _("Added"), "created_at", nullable=False, is_default=True),
        _moment("updated", _("Changed"), "updated_at", nullable=False),
        Column(
            key="q",
            label=_("Text"),
            kind="text",
            path="name",
            also=("email", "phone", "company__name"),
            is_shown=False,
        ),
    ]


CATALOGUE: dict[str, dict[str, Column]] = {
    "leads": {one.key: one for one in _deal_columns(leads=True)},
    "deals": {one.key: one for one in _deal_columns(leads=False)},
    "companies": {one.key: one for one in _company_columns()},
    "contacts": {one.key: one for one in _contact_columns()},
}
_OWN_KINDS = {
    FieldKind.TEXT: "words",
    FieldKind.LINK: "link",
    FieldKind.NUMBER: "number",
    FieldKind.MONEY: "number",
    FieldKind.DATE: "date",
    FieldKind.CHOICE: "choice",
    FieldKind.MULTI_CHOICE: "several",
    FieldKind.YES_NO: "yes_no",
}


def _own_choices(own: FieldDefinition) -> Choices | None:
    if own.kind == FieldKind.YES_NO:
        return lambda names: [("yes", _("Yes")), ("no", _("No"))]
    if own.kind in {FieldKind.CHOICE, FieldKind.MULTI_CHOICE}:
        return lambda names: [(choice, choice) for choice in own.choices]
    return None


def own_column(own: FieldDefinition) -> Column:
    path = f"custom__{own.key}"
    return Column(
        key=f"own.{own.key}",
        label=own.label,
        kind=_OWN_KINDS[FieldKind(own.kind)],
        path=path,
        sort=f"own:{own.key}",
        values=("custom",),
        group=f"own:{own.key}" if own.kind == FieldKind.CHOICE else "",
        choices=_own_choices(own),
        own=own,
        edit=f"own.{own.key}",
    )


def columns_of(kind: str, names: Lookups) -> dict[str, Column]:
    """The columns of a list, with the customer's own fields after ours; grades only where somebody is graded."""
    own = names.fields(RECORDS[kind])
    known = CATALOGUE[kind]
    if "fit" in known and not names.has_fit:
        known = {key: one for key, one in known.items() if key != "fit"}
    if not own:
        return known
    return {**known, **{f"own.{one.key}": own_column(one) for one in own}}


def own_value(key: str, number: bool) -> Any:
    """The expression that reads an own field: as a number, or as text."""
    text = KT(f"custom__{key}")
    return Cast(text, FloatField()) if number else text
