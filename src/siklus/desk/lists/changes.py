"""What a bulk change does to each record, whoever runs it: the request at hand, or a worker later."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from siklus.cycle.outreach.sequences.enrolling import enrol
from siklus.cycle.outreach.sequences.queries import sequences_for
from siklus.desk.verbs.answers import REFUSALS, sentence
from siklus.desk.verbs.deals import chosen_owner
from siklus.platform.accounts.models import User
from siklus.platform.i18n import formats
from siklus.records.companies.actions import assign_company, tag_company
from siklus.records.contacts.actions import assign_contact, tag_contact
from siklus.records.deals.actions import assign_deal, move_deal, tag_deal
from siklus.records.deals.models import Stage
from siklus.records.fields.record import Refused
from siklus.records.tags.actions import tags_by_record

ASSIGN: dict[str, Callable[..., Any]] = {
    "deal": assign_deal,
    "company": assign_company,
    "contact": assign_contact,
}
TAG: dict[str, Callable[..., Any]] = {"deal": tag_deal, "company": tag_company, "contact": tag_contact}
ASKED = {"owner": ("owner",), "stage": ("stage",), "tags": ("add", "remove"), "sequence": ("sequence",)}

Verb = Callable[[Any], bool]


@dataclass(frozen=True, kw_only=True)
class Change:
    """One verb with its value. `prepare` makes the verb for some records; it tells whether a record changed."""

    label: str
    prepare: Callable[[list[int], datetime], Verb]


@dataclass
class Tally:
    """How many records changed, were so already, or were refused and why."""

    changed: int = 0
    same: int = 0
    refused: Counter[str] = field(default_factory=Counter)

    def text(self) -> str:
        parts = [ngettext("%(count)s changed", "%(count)s changed", self.changed)]
        parts[0] %= {"count": formats.number(self.changed)}
        if self.same:
            parts.append(_("%(count)s were so already") % {"count": formats.number(self.same)})
        if self.refused:
            many = len(self.refused) > 1
            reasons = " ".join(f"{text} ({count})" if many else text for text, count in self.refused.items())
            values = {"count": formats.number(sum(self.refused.values())), "reasons": reasons}
            parts.append(_("%(count)s refused: %(reasons)s") % values)
        return ", ".join(parts)

    @property
    def tone(self) -> str:
        return "bad" if self.refused and not self.changed else "good"


def change_each(records: Iterable[Any], verb: Verb, tally: Tally) -> None:
    """Change one record after another; each is its own transaction, a refusal stops only itself."""
    for one in records:
        try:
            with transaction.atomic():
                changed = verb(one)
        except REFUSALS as refusal:
            tally.refused[sentence(refusal)] += 1
        else:
            tally.changed += changed
            tally.same += not changed


def change_for(by: User, record: str, what: str, asked: Mapping[str, Any]) -> Change:
    """The change that somebody asks for. Raises Refused for a value they may not choose."""
    if what == "owner":
        return _giving(by, record, asked.get("owner") or "")
    if what == "stage":
        return _moving(by, asked.get("stage") or "")
    if what == "sequence":
        return _enrolling(by, asked.get("sequence") or "")
    return _tagging(by, record, asked.get("add") or "", asked.get("remove") or "")


def _giving(by: User, record: str, wanted: str) -> Change:
    owner = chosen_owner(by, wanted)

    def prepare(_ids: list[int], at: datetime) -> Verb:
        def give(one: Any) -> bool:
            if one.owner_id == (owner.pk if owner else None):
                return False
            ASSIGN[record](**{record: one}, owner=owner, by=by, at=at)
            return True

        return give

    return Change(label=owner.name if owner else _("Nobody"), prepare=prepare)


def _moving(by: User, wanted: str) -> Change:
    stage = Stage.objects.filter(pk=wanted, retired_at=None).first() if wanted.isdigit() else None
    if stage is None:
        raise Refused(_("Choose a stage."), field="stage")

    def prepare(_ids: list[int], at: datetime) -> Verb:
        def move(one: Any) -> bool:
            if one.stage_id == stage.pk and one.is_open:
                return False
            move_deal(deal=one, stage=stage, by=by, at=at)
            return True

        return move

    return Change(label=stage.name, prepare=prepare)


def _enrolling(by: User, wanted: str) -> Change:
    sequence = sequences_for(by).filter(pk=wanted).first() if wanted.isdigit() else None
    if sequence is None:
        raise Refused(_("Choose a sequence."), field="sequence")

    def prepare(_ids: list[int], at: datetime) -> Verb:
        def put_in(one: Any) -> bool:
            enrol(sequence=sequence, deal=one, by=by, at=at)
            return True

        return put_in

    return Change(label=sequence.name, prepare=prepare)


def _tagging(by: User, record: str, add: str, remove: str) -> Change:
    plus = [name.strip() for name in add.split(",") if name.strip()]
    minus = {name.strip().lower() for name in remove.split(",") if name.strip()}
    if not plus and not minus:
        raise Refused(_("Write a tag to add or to take off."), field="add")

    def prepare(ids: list[int], at: datetime) -> Verb:
        before = {pk: [tag.name for tag in tags] for pk, tags in tags_by_record(record, ids).items()}

        def tag(one: Any) -> bool:
            old = before.get(one.pk, [])
            new = [name for name in old if name.lower() not in minus]
            new += [name for name in plus if name.lower() not in {kept.lower() for kept in new}]
            if [name.lower() for name in new] == [name.lower() for name in old]:
                return False
            TAG[record](**{record: one}, tags=new, by=by, at=at)
            return True

        return tag

    return Change(
        label=", ".join([*(f"+{name}" for name in plus), *(f"−{name}" for name in sorted(minus))]),
        prepare=prepare,
    )
