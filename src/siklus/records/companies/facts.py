from django.utils.translation import gettext_lazy as _

from siklus.platform.journal.facts import Change, Fact, declare


@declare("company.added", about="company")
class CompanyAdded(Fact):
    sentence = _("added the company %(title)s")
    icon = "company"
    company: int
    title: str


@declare("company.edited", about="company")
class CompanyEdited(Fact):
    sentence = _("changed the company")
    icon = "edit"
    company: int
    changes: tuple[Change, ...]


@declare("company.assigned", about="company")
class CompanyAssigned(Fact):
    sentence = _("gave the company to %(owner_name)s")
    fallback = _("gave the company to somebody else")
    icon = "user"
    company: int
    owner: int | None
    owner_name: str


@declare("company.tagged", about="company")
class CompanyTagged(Fact):
    sentence = _("changed the tags")
    icon = "tag"
    company: int
    added: tuple[str, ...]
    removed: tuple[str, ...]


@declare("company.merged", about="company")
class CompanyMerged(Fact):
    sentence = _("merged %(other_title)s into this company")
    icon = "merge"
    company: int
    other: int
    other_title: str


@declare("company.unmerged", about="company")
class CompanyUnmerged(Fact):
    sentence = _("took %(other_title)s out of this company again")
    icon = "undo"
    company: int
    other: int
    other_title: str


@declare("company.deleted", about="company")
class CompanyDeleted(Fact):
    sentence = _("deleted the company %(title)s")
    icon = "trash"
    company: int
    title: str
