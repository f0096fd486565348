from django.utils.translation import gettext_lazy as _

from siklus.platform.journal.facts import Change, Fact, declare


@declare("contact.added", about="contact")
class ContactAdded(Fact):
    sentence = _("added this contact")
    icon = "contact"
    contact: int


@declare("contact.edited", about="contact")
class ContactEdited(Fact):
    sentence = _("changed the contact")
    icon = "edit"
    personal = ("changes",)
    contact: int
    changes: tuple[Change, ...]


@declare("contact.assigned", about="contact")
class ContactAssigned(Fact):
    sentence = _("gave the contact to %(owner_name)s")
    icon = "user"
    contact: int
    owner: int | None
    owner_name: str


@declare("contact.moved", about="contact")
class ContactMoved(Fact):
    sentence = _("moved the contact to %(company_title)s")
    icon = "company"
    contact: int
    company: int
    company_title: str


@declare("contact.tagged", about="contact")
class ContactTagged(Fact):
    sentence = _("changed the tags")
    icon = "tag"
    contact: int
    added: tuple[str, ...]
    removed: tuple[str, ...]


@declare("contact.merged", about="contact")
class ContactMerged(Fact):
    sentence = _("merged another contact into this one")
    icon = "merge"
    contact: int
    other: int


@declare("contact.unmerged", about="contact")
class ContactUnmerged(Fact):
    sentence = _("took another contact out of this one again")
    icon = "undo"
    contact: int
    other: int


@declare("contact.deleted", about="contact")
class ContactDeleted(Fact):
    sentence = _("deleted this contact")
    icon = "trash"
    contact: int
