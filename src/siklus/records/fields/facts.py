from django.utils.translation import gettext_lazy as _

from siklus.platform.journal.facts import Change, Fact, declare


@declare("field.added", about="field")
class FieldAdded(Fact):
    sentence = _("added the field %(label)s")
    icon = "settings"
    field: int
    label: str
    kind: str


@declare("field.edited", about="field")
class FieldEdited(Fact):
    sentence = _("changed the field %(label)s")
    icon = "settings"
    field: int
    label: str
    changes: tuple[Change, ...]


@declare("field.retired", about="field")
class FieldRetired(Fact):
    sentence = _("retired the field %(label)s")
    icon = "settings"
    field: int
    label: str
