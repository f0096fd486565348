"""What a room says so that its records can be imported."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from django.utils.functional import Promise

from siklus.platform.accounts.models import User
from siklus.platform.imports.models import ImportBatch, ImportUpdate


@dataclass(frozen=True)
class FieldTarget:
    """A field that a column can go to. `kind` says how its cells are read."""

    key: str
    label: str | Promise
    kind: str = "text"  # text, email, phone, number, whole, amount, percent, date, moment, yes_no, list
    aliases: tuple[str, ...] = ()
    is_required: bool = False


@dataclass(slots=True)
class Row:
    """One row of the file with its values by target key. Empty cells are missing keys."""

    number: int
    values: dict[str, Any]
    problem: str = ""
    column: str = ""


@dataclass(slots=True)
class Plan:
    """What will happen to a row: create, update, unchanged, duplicate or error."""

    row: Row
    outcome: str
    message: str = ""
    column: str = ""
    match_id: int | None = None
    match_title: str = ""
    draft: Any = None

    @property
    def record_id(self) -> int:
        """The id of the record to update."""
        assert self.match_id is not None
        return self.match_id


@dataclass(slots=True)
class Written:
    """What writing a chunk made: ids of new records by kind, and records that changed."""

    created: dict[str, list[int]] = field(default_factory=dict)
    updated: int = 0
    failed: list[Plan] = field(default_factory=list)


@dataclass
class Context:
    """What a run knows besides the rows. `memory` is the importer's own, for the length of one run."""

    batch: ImportBatch
    by: User
    at: datetime
    options: Mapping[str, Any]
    is_dry: bool = False
    memory: dict[str, Any] = field(default_factory=dict)

    def remember(self, key: str, make: Callable[[], Any]) -> Any:
        """Look something up once in a run."""
        if key not in self.memory:
            self.memory[key] = make()
        return self.memory[key]


class Importer(Protocol):
    """An importer as the runs see it; `base.BaseImporter` is what to build on."""

    @property
    def kind(self) -> str: ...

    @property
    def label(self) -> str | Promise: ...

    @property
    def keys(self) -> Sequence[tuple[str, str | Promise]]:
        """By which values existing records can be matched."""

    @property
    def models(self) -> Mapping[str, Any]:
        """Kind of record → model, in the order in which undo deletes."""

    @property
    def own_parts(self) -> frozenset[str]:
        """Models that live and die with the records, as "app.Model"."""

    def targets(self) -> list[FieldTarget]:
        """The fields that columns can go to, custom fields too."""

    def add_fields(self, wanted: Mapping[str, str], *, by: User, at: datetime) -> None:
        """Make own fields for targets `custom.KEY` that do not exist yet: key → label."""

    def prepare(self, context: Context, targets: Sequence[str]) -> None:
        """Before the first row: refuse a mapping that cannot work, make what the whole file needs."""

    def plan(self, rows: list[Row], context: Context) -> list[Plan]:
        """What will happen to each row. Changes nothing."""

    def write(self, plans: list[Plan], context: Context) -> Written:
        """Do it, inside the transaction of the chunk."""

    def restore(self, update: ImportUpdate, *, by: User, at: datetime) -> bool:
        """Make a changed record what it was; False when somebody changed it since."""


_importers: dict[str, Importer] = {}


def register(importer: Importer) -> None:
    """Offer an importer under its kind."""
    _importers[importer.kind] = importer


def importer_for(kind: str) -> Importer:
    """The importer of a kind. Raises KeyError."""
    return _importers[kind]


def importers() -> dict[str, Importer]:
    return dict(_importers)
