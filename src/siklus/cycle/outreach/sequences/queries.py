"""The doors to sequences and to who is in them, and the questions that screens ask."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from siklus.cycle.outreach.models import Channel, Consent, Suppression
from siklus.cycle.outreach.queries import suppressed_among
from siklus.cycle.outreach.sequences.models import RUNNING, Enrolment, Sequence, SequenceStep, StepRun
from siklus.platform.accounts.models import User
from siklus.platform.accounts.visibility import visible
from siklus.records.contacts.models import Contact


def sequences_for(viewer: User) -> QuerySet[Sequence]:
    """The shared ones and one's own; those who run operations see all."""
    rows = Sequence.objects.filter(archived_at=None).select_related("owner")
    if viewer.can_run_operations:
        return rows
    return rows.filter(Q(owner=None) | Q(owner=viewer))


def sequence_for(viewer: User, sequence_id: int) -> Sequence:
    """One sequence. Raises Sequence.DoesNotExist for strangers too."""
    return sequences_for(viewer).get(pk=sequence_id)


def step_for(viewer: User, step_id: int) -> SequenceStep:
    rows = SequenceStep.objects.filter(removed_at=None, sequence__in=sequences_for(viewer))
    return rows.select_related("sequence", "template").get(pk=step_id)


def enrolments_for(viewer: User) -> QuerySet[Enrolment]:
    """Those on deals that the viewer may see; nobody's in the room of people partners."""
    rows = Enrolment.objects.select_related("sequence", "contact", "deal", "rep", "step", "step__template")
    return (
        visible(rows, viewer, owner="deal__owner").filter(deal__merged_into=None)
        if viewer.can_work_deals
        else rows.none()
    )


def enrolment_for(viewer: User, enrolment_id: int) -> Enrolment:
    """One enrolment. Raises Enrolment.DoesNotExist for strangers too."""
    return enrolments_for(viewer).get(pk=enrolment_id)


@dataclass
class Counts:
    """How many are where in a sequence, as far as the viewer sees them."""

    active: int = 0
    paused: int = 0
    finished: int = 0
    stopped: int = 0
    reached: int = 0  # got a step at least
    replied: int = 0
    sent: dict[int, int] = field(default_factory=dict)  # by step
    answered: dict[int, int] = field(default_factory=dict)


def counts_of(viewer: User, sequences: list[int], *, steps: bool = False) -> dict[int, Counts]:
    """Two questions for any number of sequences; one more for their steps."""
    found: dict[int, Counts] = defaultdict(Counts)
    mine = enrolments_for(viewer).filter(sequence__in=sequences).select_related(None).order_by()
    done = StepRun.objects.filter(enrolment=OuterRef("pk")).exclude(state=StepRun.State.PLANNED)
    replied = StepRun.objects.filter(enrolment=OuterRef("pk"), replied_at__isnull=False)
    rows = mine.annotate(got=Exists(done), answered=Exists(replied))
    for sequence, state, got, answered, count in rows.values_list(
        "sequence_id", "state", "got", "answered"
    ).annotate(n=Count("pk")):
        one = found[sequence]
        setattr(one, state, getattr(one, state) + count)
        one.reached += count if got or answered else 0
        one.replied += count if answered else 0
    if steps:
        runs = StepRun.objects.filter(enrolment__in=mine).exclude(state=StepRun.State.PLANNED).order_by()
        per_step = runs.values_list("step_id", "step__sequence_id").annotate(
            n=Count("pk"), answered=Count("replied_at")
        )
        for step, sequence, count, answered in per_step:
            found[sequence].sent[step], found[sequence].answered[step] = count, answered
    return found


def running_on(viewer: User, deal_id: int) -> list[Enrolment]:
    """Who of a deal is in a sequence now, and the last ones that ended."""
    rows = enrolments_for(viewer).filter(deal=deal_id)
    running = list(rows.filter(state__in=RUNNING))
    return running + list(rows.exclude(state__in=RUNNING)[:3])


@dataclass(frozen=True)
class Standing:
    """Whether a person may be written to: what they said, word by word, and which addresses are on the list."""

    said: list[Consent]
    suppressed: dict[str, Suppression]
    addresses: list[str]

    @property
    def last(self) -> Consent | None:
        """What holds for mail."""
        return next((one for one in self.said if one.channel == Channel.EMAIL), None)

    @property
    def last_chat(self) -> Consent | None:
        """What holds for WhatsApp."""
        return next((one for one in self.said if one.channel == Channel.WHATSAPP), None)


def standing_of(contact: Contact) -> Standing:
    addresses = [one.value for one in contact.points.all()]
    rows = {row.key: row for row in suppressed_among(addresses)}
    found = {one.value: rows[one.key] for one in contact.points.all() if one.key in rows}
    said = list(Consent.objects.filter(contact=contact).select_related("by")[:20])
    return Standing(said, found, addresses)


def due_count(at: datetime) -> int:
    return Enrolment.objects.filter(state="active", due_at__lte=at).count()
