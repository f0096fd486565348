from django.utils.translation import gettext_lazy as _

from siklus.platform.journal.facts import Fact, declare


@declare("import.started", about="batch")
class ImportStarted(Fact):
    sentence = _("started importing %(file_name)s")
    icon = "import"
    batch: int
    file_name: str
    object_kind: str


@declare("import.finished", about="batch")
class ImportFinished(Fact):
    sentence = _("imported %(file_name)s: %(created)s created, %(updated)s updated, %(errors)s with errors")
    icon = "import"
    batch: int
    file_name: str
    created: int
    updated: int
    duplicates: int
    errors: int


@declare("import.undone", about="batch")
class ImportUndone(Fact):
    sentence = _(
        "undid the import of %(file_name)s: %(removed)s removed, %(restored)s restored, %(kept)s kept"
    )
    icon = "undo"
    batch: int
    file_name: str
    removed: int
    restored: int
    kept: int
