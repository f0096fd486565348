"""Making sequences. What people in them get after an edit is said in `order`: nothing twice, nothing left out.

A step that is changed is changed for all who have not done it; the day on which it is due for those who wait for it
already stays. A step that is removed is passed over; its task, where one is open, stays and leads on.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from siklus.cycle.outreach.models import Template
from siklus.cycle.outreach.sequences.facts import SequenceAdded, SequenceArchived, SequenceChanged
from siklus.cycle.outreach.sequences.models import (
    Enrolment,
    EnrolmentState,
    Sequence,
    SequenceStep,
    StepChannel,
)
from siklus.platform.accounts.models import User
from siklus.platform.journal.record import record
from siklus.records.fields.record import Refused, check_version

MOST_STEPS = 30
LONGEST_WAIT = 250
KEEP: Any = object()


class CannotChangeSequence(Refused):
    """The sequence cannot be so."""


def may_edit(user: User, sequence: Sequence) -> bool:
    """Its owner; a shared one those who answer for what all send."""
    if sequence.owner_id is not None:
        return sequence.owner_id == user.pk or user.can_run_operations
    return user.can_run_operations or user.role in ("manager", "marketing")


@transaction.atomic
def add_sequence(
    *, name: str, language: str, by: User | None, at: datetime, owner: User | None = None
) -> Sequence:
    """Begin a sequence; it can be used once it has a step."""
    sequence = Sequence(owner=owner, created_at=at, updated_at=at)
    _set(sequence, name, language)
    sequence.save()
    record(SequenceAdded(sequence=sequence.pk, title=sequence.name), by=by, at=at)
    return sequence


@transaction.atomic
def edit_sequence(
    *, sequence: Sequence, name: str, language: str, by: User | None, at: datetime, owner: User | None = KEEP,
    expected_version: int | None = None,
) -> Sequence:  # fmt: skip
    """Rename it, change the language of its mails, share it or keep it."""
    sequence = _locked(sequence)
    check_version(sequence, expected_version)  # type: ignore[arg-type]
    before = (sequence.name, sequence.language, sequence.owner_id)
    _set(sequence, name, language)
    if owner is not KEEP:
        sequence.owner = owner
    if before != (sequence.name, sequence.language, sequence.owner_id):
        _changed(sequence, "sequence", None, by, at)
    return sequence


@transaction.atomic
def archive_sequence(*, sequence: Sequence, by: User | None, at: datetime) -> Sequence:
    """Offer it no more. Refused while somebody is in it."""
    sequence = _locked(sequence, archived=True)
    if sequence.archived_at is not None:
        return sequence
    running = Enrolment.objects.filter(
        sequence=sequence, state__in=[EnrolmentState.ACTIVE, EnrolmentState.PAUSED]
    )
    if count := running.count():
        raise CannotChangeSequence(
            _("%(count)s people are in this sequence. Stop them first, or let them finish.")
            % {"count": count}
        )
    sequence.archived_at = sequence.updated_at = at
    sequence.version += 1
    sequence.save()
    record(SequenceArchived(sequence=sequence.pk, title=sequence.name), by=by, at=at)
    return sequence


@transaction.atomic
def add_step(
    *, sequence: Sequence, channel: str, by: User | None, at: datetime, wait: int = 0,
    template: Template | None = None, title: str = "", instructions: str = "",
) -> SequenceStep:  # fmt: skip
    """Add a step at the end."""
    sequence = _locked(sequence)
    steps = list(steps_of(sequence))
    if len(steps) >= MOST_STEPS:
        raise CannotChangeSequence(_("A sequence has at most %(count)s steps.") % {"count": MOST_STEPS})
    step = SequenceStep(
        sequence=sequence, position=steps[-1].position + 1 if steps else 0, channel=channel, created_at=at
    )
    _set_step(step, wait, template, title, instructions)
    step.save()
    _changed(sequence, "step_added", step, by, at)
    return step


@transaction.atomic
def edit_step(
    *, step: SequenceStep, by: User | None, at: datetime, channel: str, wait: int, template: Template | None = None,
    title: str = "", instructions: str = "",
) -> SequenceStep:  # fmt: skip
    """Change what a step does, for all who have not done it yet."""
    sequence = _locked(step.sequence)
    step = _in_use(step)
    names = ("channel", "wait", "template_id", "title", "instructions")
    before = [getattr(step, name) for name in names]
    step.channel = channel
    _set_step(step, wait, template, title, instructions)
    if before != [getattr(step, name) for name in names]:
        step.save()
        _changed(sequence, "step_changed", step, by, at)
    return step


@transaction.atomic
def place_step(*, step: SequenceStep, place: int, by: User | None, at: datetime) -> SequenceStep:
    """Put a step at a place, counted from 0."""
    sequence = _locked(step.sequence)
    step = _in_use(step)
    steps = list(steps_of(sequence))
    before = [one.pk for one in steps]
    steps.remove(step)
    steps.insert(max(0, min(place, len(steps))), step)
    if [one.pk for one in steps] == before:
        return step
    for number, one in enumerate(steps):
        SequenceStep.objects.filter(pk=one.pk).update(position=number)
    step.refresh_from_db()
    _changed(sequence, "step_moved", step, by, at)
    return step


@transaction.atomic
def remove_step(*, step: SequenceStep, by: User | None, at: datetime) -> SequenceStep:
    """Take a step out. Who waits for it goes on with the next one."""
    sequence = _locked(step.sequence)
    step = _in_use(step)
    step.removed_at = at
    step.save(update_fields=["removed_at"])
    _changed(sequence, "step_removed", step, by, at)
    return step


def steps_of(sequence: Sequence) -> Any:
    return sequence.steps.filter(removed_at=None).select_related("template")


def _locked(sequence: Sequence, *, archived: bool = False) -> Sequence:
    found = Sequence.objects.select_for_update(of=("self",)).get(pk=sequence.pk)
    if found.archived_at is not None and not archived:
        raise CannotChangeSequence(_("This sequence is archived."))
    return found


def _in_use(step: SequenceStep) -> SequenceStep:
    found = SequenceStep.objects.select_related("sequence", "template").get(pk=step.pk)
    if found.removed_at is not None:
        raise CannotChangeSequence(_("This step was removed already."))
    return found


def _changed(sequence: Sequence, what: str, step: SequenceStep | None, by: User | None, at: datetime) -> None:
    sequence.version += 1
    sequence.updated_at = at
    sequence.save()
    fact = SequenceChanged(
        sequence=sequence.pk, title=sequence.name, what=what, step=step.pk if step else None
    )
    record(fact, by=by, at=at)


def _set(sequence: Sequence, name: str, language: str) -> None:
    sequence.name = " ".join(name.split())[:80]
    if not sequence.name:
        raise CannotChangeSequence(_("Give the sequence a name."), field="name")
    if language not in ("en", "id"):
        raise CannotChangeSequence(_("Mails are in English or in Bahasa Indonesia."), field="language")
    sequence.language = language


def _set_step(
    step: SequenceStep, wait: int, template: Template | None, title: str, instructions: str
) -> None:
    if step.channel not in StepChannel.values:
        raise CannotChangeSequence(_("Choose what happens."), field="channel")
    if not 0 <= wait <= LONGEST_WAIT:
        raise CannotChangeSequence(
            _("Between 0 and %(count)s working days.") % {"count": LONGEST_WAIT}, field="wait"
        )
    if step.is_automatic and template is None:
        raise CannotChangeSequence(_("Choose the template of what leaves by itself."), field="template")
    if template is not None:
        if template.retired_at is not None and template.pk != step.template_id:
            raise CannotChangeSequence(_("This template is not offered any more."), field="template")
        wanted = "whatsapp" if step.channel in (StepChannel.CHAT, StepChannel.WHATSAPP) else "email"
        if template.kind != wanted:
            raise CannotChangeSequence(_("This template is for another channel."), field="template")
        if step.channel == StepChannel.CHAT and template.approved(step.sequence.language) is None:
            raise CannotChangeSequence(
                _(
                    "%(name)s has no name of an approved template of WhatsApp. Write it under Settings, Templates."
                )
                % {"name": template.name},
                field="template",
            )
    step.wait, step.template = wait, template
    step.title, step.instructions = " ".join(title.split())[:120], instructions.strip()[:4000]
