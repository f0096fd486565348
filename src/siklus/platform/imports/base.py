"""What importers of all kinds of records share."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from siklus.platform.accounts.models import User
from siklus.platform.imports.importer import Context, FieldTarget, Plan, Row
from siklus.platform.imports.models import ImportUpdate
from siklus.platform.imports.undo import put_back, snapshot


class BaseImporter:
    """Matching, updating with a snapshot, and putting back."""

    kind: str
    label: str | Promise
    keys: Sequence[tuple[str, str | Promise]] = ()
    models: Mapping[str, Any] = {}
    own_parts: frozenset[str] = frozenset()

    def targets(self) -> list[FieldTarget]:
        raise NotImplementedError

    def add_fields(self, wanted: Mapping[str, str], *, by: User, at: datetime) -> None:
        """Records of this kind have no own fields unless an importer says so."""

    def prepare(self, context: Context, targets: Sequence[str]) -> None:
        """Nothing to prepare unless an importer says so."""

    def restore(self, update: ImportUpdate, *, by: User, at: datetime) -> bool:
        """Make a changed record what it was; False when somebody changed it since."""
        model = self.models[update.kind]
        record = model._base_manager.filter(pk=update.object_id).first()
        if record is None or record.version != update.after["version"]:
            return False
        put_back(model, update.object_id, update.before)
        self.restored(model._base_manager.get(pk=update.object_id), update)
        return True

    def restored(self, record: Any, update: ImportUpdate) -> None:
        """Bring what hangs on a restored record in step (search, history)."""

    def keep_update(self, context: Context, kind: str, before: dict[str, Any], record: Model) -> None:
        """Remember what an update changed, so that it can be put back."""
        after = snapshot(type(record)._base_manager.get(pk=record.pk))
        ImportUpdate.objects.create(
            batch=context.batch,
            kind=kind,
            object_id=record.pk,
            before=before,
            after={"version": int(after["version"])},
        )

    def decide(self, row: Row, context: Context, match: Any, title: str = "") -> Plan:
        """Create, update or duplicate, by the mode of the batch and the record found."""
        mode = context.batch.mode
        if match is None:
            if mode == "update":
                return Plan(row, "error", _("No record matches this row."))
            return Plan(row, "create")
        if mode == "create":
            return Plan(row, "duplicate", match_id=match.pk, match_title=title or str(match))
        return Plan(row, "update", match_id=match.pk, match_title=title or str(match))

    def seen_before(self, context: Context, row: Row, keys: Iterable[Any]) -> int | None:
        """The earlier row of the file with one of these keys; remembers them for the rows to come."""
        seen: dict[int, int] = context.remember("seen", dict)
        hashes = [hash(key) for key in keys if key]
        found = next((seen[one] for one in hashes if one in seen), None)
        for one in hashes:
            seen.setdefault(one, row.number)
        return found

    def forget_seen(self, context: Context) -> None:
        """When chunks are written, earlier rows are found in the database."""
        if not context.is_dry:
            context.memory.pop("seen", None)


def duplicate_of_row(row: Row, earlier: int) -> Plan:
    """The plan for a row that repeats an earlier one."""
    return Plan(row, "duplicate", _("The same as row %(row)s of this file.") % {"row": earlier})


def owner_of(value: str, context: Context) -> User:
    """The user with this e-mail or name. Raises LookupError with the sentence."""
    people: dict[str, User] = context.remember("people", _people)
    person = people.get(value.strip().lower())
    if person is None:
        raise LookupError(
            _("There is no user “%(name)s”. Import the users first, or leave the column out.")
            % {"name": value}
        )
    return person


def _people() -> dict[str, User]:
    people: dict[str, User] = {}
    for user in User.objects.filter(is_active=True).order_by("-id"):
        people[user.name.lower()] = user
        people[user.email] = user
    return people
