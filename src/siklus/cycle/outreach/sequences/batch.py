"""What a batch of enrolments needs, read in a few questions: people, deals, steps, what was done and what was written."""

from collections import defaultdict
from datetime import date, datetime

from siklus.cycle.outreach.models import Thread
from siklus.cycle.outreach.sequences.models import (
    Enrolment,
    EnrolmentState,
    Sequence,
    SequenceStep,
    StepRun,
    StopReason,
)
from siklus.cycle.outreach.sequences.order import next_of
from siklus.cycle.outreach.sequences.timing import due_after, next_worked, works_on
from siklus.platform.accounts.models import User
from siklus.platform.mail.models import Mailbox, Outgoing
from siklus.platform.tables.write import relate
from siklus.records.companies.models import Company
from siklus.records.contacts.models import Contact
from siklus.records.deals.models import Deal


class Batch:
    """Enrolments with everything they point to."""

    def __init__(self, rows: list[Enrolment], at: datetime) -> None:
        self.rows, self.at = rows, at
        self.done: dict[int, set[int]] = defaultdict(set)
        self.last_mail: dict[int, Outgoing] = {}
        self.steps: dict[int, list[SequenceStep]] = defaultdict(list)
        self.step_by_id: dict[int, SequenceStep] = {}
        self._due: dict[tuple[int, date, int], datetime] = {}
        if rows:
            self._read()

    def _read(self) -> None:
        rows = self.rows
        sequences = Sequence.objects.in_bulk({one.sequence_id for one in rows})
        steps = SequenceStep.objects.filter(sequence__in=sequences).select_related("template")
        for step in steps:
            self.step_by_id[step.pk] = step
            if step.removed_at is None:
                self.steps[step.sequence_id].append(step)
        contacts = Contact.objects.defer("custom").in_bulk({one.contact_id for one in rows})
        deals = Deal.objects.defer("custom").in_bulk({one.deal_id for one in rows})
        records: list[Contact | Deal] = [*contacts.values(), *deals.values()]
        companies = Company.objects.defer("custom").in_bulk(
            {one.company_id for one in records if one.company_id}
        )
        for record in records:
            relate(record, "company", companies.get(record.company_id or 0))
        reps = User.objects.in_bulk({one.rep_id for one in rows})
        boxes = Mailbox.objects.in_bulk({one.mailbox_id for one in rows if one.mailbox_id})
        threads = Thread.objects.in_bulk({one.thread_id for one in rows if one.thread_id})
        for one in rows:
            relate(one, "sequence", sequences[one.sequence_id])
            relate(one, "contact", contacts[one.contact_id])
            relate(one, "deal", deals[one.deal_id])
            relate(one, "rep", reps[one.rep_id])
            relate(one, "mailbox", boxes.get(one.mailbox_id or 0))
            relate(one, "thread", threads.get(one.thread_id or 0))
        runs = StepRun.objects.filter(enrolment__in=[one.pk for one in rows])
        mails: dict[int, int] = {}
        for enrolment, step_id, mail in runs.order_by("id").values_list(
            "enrolment_id", "step_id", "message__outgoing_id"
        ):
            self.done[enrolment].add(step_id)
            if mail is not None:
                mails[enrolment] = mail
        written = Outgoing.objects.only("id", "message_id", "references").in_bulk(list(mails.values()))
        self.last_mail = {enrolment: written[mail] for enrolment, mail in mails.items()}

    def step_now(self, one: Enrolment) -> SequenceStep | None:
        """The step to do now; None when the enrolment was postponed or ended instead."""
        if not one.deal.is_open or one.deal.merged_into_id:
            self.end(one, StopReason.CLOSED)
            return None
        if one.contact.merged_into_id:
            self.end(one, StopReason.REFUSED)
            return None
        step = self.step_by_id[one.step_id or 0]
        # What leaves by itself needs a working day of the rep, and the hour is the reader's, whom the gate asks for:
        # the hours of two far from each other may never meet. A task needs the hours of the rep too.
        today = self.at.astimezone(one.rep.zone).date()
        when = self.at if step.is_automatic and works_on(one.rep, today) else next_worked(one.rep, self.at)
        if when > self.at:  # leave, a holiday, the evening
            one.due_at = when
            return None
        if step.removed_at is not None or step.pk in self.done[one.pk]:
            self._stand(one, one.last_at)
            if one.due_at is None or one.due_at > self.at:
                return None
            step = self.step_by_id[one.step_id or 0]
        return step

    def move_on(self, one: Enrolment, step_id: int) -> None:
        """A step is done at this moment: wait for the next one, or finish."""
        self.done[one.pk].add(step_id)
        one.last_at = self.at
        self._stand(one, self.at)

    def _stand(self, one: Enrolment, since: datetime) -> None:
        found = next_of(self.steps[one.sequence_id], self.done[one.pk], one.enrolled_at)
        if found is None:
            self.end(one, "")
            return
        one.step_id = found
        one.due_at = self._after(one.rep, since, self.step_by_id[found].wait)

    def _after(self, rep: User, since: datetime, wait: int) -> datetime:
        if wait == 0:
            return due_after(rep, since, 0)
        key = (rep.pk, since.astimezone(rep.zone).date(), wait)
        if key not in self._due:
            self._due[key] = due_after(rep, since, wait)
        return self._due[key]

    def end(self, one: Enrolment, reason: str, note: str = "") -> None:
        """Stop for a reason, or finish without one; whoever runs the batch writes and records it."""
        one.state = EnrolmentState.STOPPED if reason else EnrolmentState.FINISHED
        one.reason, one.note, one.due_at, one.ended_at = reason, note[:250], None, self.at
