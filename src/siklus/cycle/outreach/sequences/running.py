"""Doing what is due: in batches, each one transaction, each step at most once.

A batch claims enrolments that no other worker holds. The mail, the note that the step was done, and the enrolment that has
moved on are written together; a second note of the same step is refused by the database, so whatever dies or runs beside
us, a step is queued once.
"""

from collections import Counter
from collections.abc import Iterable
from contextlib import ExitStack
from datetime import datetime

from django.db import connection, transaction
from django.utils import translation

from siklus.cycle.outreach.actions.letters import Letter
from siklus.cycle.outreach.actions.many import Post, write_many
from siklus.cycle.outreach.gates import KnownOfMany, verdict
from siklus.cycle.outreach.liquid import CannotRender, render
from siklus.cycle.outreach.models import Purpose
from siklus.cycle.outreach.sequences.batch import Batch
from siklus.cycle.outreach.sequences.chatting import Came, chat_now
from siklus.cycle.outreach.sequences.facts import EnrolmentFinished
from siklus.cycle.outreach.sequences.models import (
    Enrolment,
    EnrolmentState,
    SequenceStep,
    StepChannel,
    StepRun,
    StopReason,
)
from siklus.cycle.outreach.sequences.stopping import locked, mentions_of, stopped
from siklus.cycle.outreach.words import words_for
from siklus.platform.journal.record import Note, record_many
from siklus.platform.tables.bulk import Collector, heavy_writing
from siklus.platform.tables.write import insert_objects, make, update_rows
from siklus.records.activities.actions import plan_activity
from siklus.records.activities.models import Activity

SIZE = 2000
COLUMNS = ("state", "reason", "note", "step_id", "due_at", "thread_id", "last_at", "ended_at")
KINDS = {
    StepChannel.CALL: "call", StepChannel.EMAIL_TASK: "task", StepChannel.CHAT: "message",
    StepChannel.WHATSAPP: "message",    StepChannel.LINKEDIN: "task", StepChannel.TASK: "task",
}  # fmt: skip


def run_due(at: datetime, *, limit: int | None = None, size: int = SIZE) -> Counter[str]:
    """Do the steps that are due; returns how many mails, tasks, … came of it."""
    total: Counter[str] = Counter()
    with ExitStack() as stack:
        collector = Collector()
        while limit is None or total["looked_at"] < limit:
            found = run_batch(at, size=size if limit is None else min(size, limit - total["looked_at"]))
            total += found
            if not found["looked_at"]:
                break
            if total["looked_at"] == size:  # a full batch: there is probably much to do
                stack.enter_context(heavy_writing())
                stack.enter_context(collector)
            elif total["looked_at"] > size:
                collector.breathe()
    return total


@transaction.atomic
def run_batch(at: datetime, *, size: int = SIZE) -> Counter[str]:
    """One batch, the longest waiting first."""
    due = Enrolment.objects.filter(state=EnrolmentState.ACTIVE, due_at__lte=at).order_by("due_at", "id")
    if connection.features.has_select_for_update_skip_locked:
        due = due.select_for_update(skip_locked=True, of=("self",))
    batch = Batch(list(due[:size]), at)
    counts: Counter[str] = Counter(looked_at=len(batch.rows))
    if not batch.rows:
        return counts
    known = KnownOfMany([one.contact for one in batch.rows], at)
    chats = 0
    posts: list[tuple[Enrolment, SequenceStep, Post]] = []
    tasks: list[tuple[Enrolment, SequenceStep]] = []
    for one in batch.rows:
        step = batch.step_now(one)
        if step is None:
            counts["ended" if not one.is_running else "postponed"] += 1
        elif step.channel == StepChannel.CHAT:
            came = chat_now(one, step, batch)
            chats += came == Came.SENT
            if came == Came.BY_HAND:
                tasks.append((one, step))
            elif came != Came.SENT:
                counts["postponed" if came == Came.POSTPONED else "skipped"] += 1
        elif step.is_automatic:
            post = _post(one, step, batch, known)
            if post is not None:
                posts.append((one, step, post))
            else:
                counts["ended" if not one.is_running else "postponed"] += 1
        else:
            tasks.append((one, step))
    _send(posts, batch)
    _plan(tasks, batch)
    counts["mails"], counts["chats"], counts["tasks"] = len(posts), chats, len(tasks)
    save(batch.rows, at)
    return counts


def _post(one: Enrolment, step: SequenceStep, batch: Batch, known: KnownOfMany) -> Post | None:
    """The letter of a step if the gate lets it through now; else the enrolment is postponed or stopped."""
    contact, mailbox, template = one.contact, one.mailbox, step.template
    if mailbox is None or mailbox.retired_at is not None or template is None:
        batch.end(one, StopReason.FAILED, note="mailbox")
        return None
    said = verdict(contact=contact, address=contact.email, purpose=Purpose.SEQUENCE, at=batch.at, known=known)
    if said.is_never:
        out = said.code in ("suppressed.opted_out", "consent.withdrawn")
        batch.end(one, StopReason.OPTED_OUT if out else StopReason.REFUSED, note=said.reason)
        return None
    if said.until is not None:
        one.due_at = said.until
        return None
    language = one.sequence.language
    words = words_for(contact=contact, deal=one.deal, writer=one.rep)
    try:
        subject, text = (render(template.said(part, language), words) for part in ("subject", "text"))
    except CannotRender as wrong:
        batch.end(one, StopReason.FAILED, note=wrong.message)
        return None
    if not subject.strip() or not text.strip():
        batch.end(one, StopReason.FAILED, note=str(template))
        return None
    letter = Letter(subject, text, purpose=Purpose.SEQUENCE, language=language, address=contact.email)
    return Post(
        letter=letter, mailbox=mailbox, contact=contact, deal=one.deal, by=one.rep, thread=one.thread,
        before=batch.last_mail.get(one.pk),
    )  # fmt: skip


def _send(posts: list[tuple[Enrolment, SequenceStep, Post]], batch: Batch) -> None:
    messages = write_many([post for _one, _step, post in posts], batch.at)
    runs = []
    for (one, step, _written), message in zip(posts, messages, strict=True):
        runs.append(
            make(
                StepRun, enrolment_id=one.pk, step_id=step.pk, state=StepRun.State.QUEUED, message_id=message.pk,
                at=batch.at,
            )
        )  # fmt: skip
        one.thread_id = message.thread_id
        batch.move_on(one, step.pk)
    insert_objects(StepRun, runs)


def _plan(tasks: list[tuple[Enrolment, SequenceStep]], batch: Batch) -> None:
    """A task for the rep; the enrolment waits for it."""
    for one, step in tasks:
        with translation.override(one.rep.language):
            subject = step.title or f"{step.get_channel_display()}: {one.contact.name}"
        body = step.instructions
        if step.template is not None:
            try:
                words = words_for(contact=one.contact, deal=one.deal, writer=one.rep)
                body = f"{body}\n\n{render(step.template.said('text', one.sequence.language), words)}".strip()
            except CannotRender:
                pass  # the task is there all the same; its words can be written by hand
        activity = plan_activity(
            kind=KINDS[StepChannel(step.channel)], subject=subject, body=body, deal=one.deal, contact=one.contact,
            owner=one.rep, due_at=batch.at, by=None, at=batch.at,
        )  # fmt: skip
        StepRun.objects.create(
            enrolment=one, step=step, state=StepRun.State.PLANNED, activity=activity, at=batch.at
        )
        one.step_id, one.due_at = step.pk, None


def save(rows: Iterable[Enrolment], at: datetime) -> None:
    """Write enrolments as they stand now, and record which ones ended."""
    rows = list(rows)
    update_rows(Enrolment, COLUMNS, [(one.pk, [one.__dict__[name] for name in COLUMNS]) for one in rows])
    notes = []
    for one in rows:
        if one.state == EnrolmentState.FINISHED:
            done = EnrolmentFinished(enrolment=one.pk, sequence=one.sequence_id, title=one.sequence.name)
            notes.append(Note(done, None, at, mentions_of(one)))
        elif one.state == EnrolmentState.STOPPED:
            notes.append(Note(stopped(one), None, at, mentions_of(one)))
    if notes:
        record_many(notes)


@transaction.atomic
def advance(*, activity: Activity, is_done: bool, at: datetime) -> None:
    """The task of a step is done or dropped: go on with the next step. Told twice, nothing happens."""
    run = (
        StepRun.objects.select_for_update(of=("self",))
        .filter(activity=activity, state=StepRun.State.PLANNED).first()
    )  # fmt: skip
    if run is None:
        return
    run.state = StepRun.State.DONE if is_done else StepRun.State.DROPPED
    run.save(update_fields=["state"])
    one = locked(run.enrolment)
    if not one.is_running or one.due_at is not None or one.step_id != run.step_id:
        return
    batch = Batch([one], at)
    batch.move_on(one, run.step_id)
    save([one], at)
