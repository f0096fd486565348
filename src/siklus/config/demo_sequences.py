"""The sequences of the demo company: one in each language, with a few people at different places in them."""

from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from siklus.cycle.outreach.models import Template
from siklus.cycle.outreach.sequences.editing import add_sequence, add_step
from siklus.cycle.outreach.sequences.enrolling import CannotEnrol, enrol
from siklus.cycle.outreach.sequences.models import Enrolment, Sequence, StepRun
from siklus.cycle.outreach.sequences.running import advance, run_due
from siklus.cycle.outreach.sequences.stopping import pause_enrolment, stop_on_reply
from siklus.platform.accounts.models import User
from siklus.platform.mail.models import Mailbox, Outgoing
from siklus.records.activities.actions import finish_activity
from siklus.records.deals.models import Deal, Status

STEPS = {
    "en": (
        ("email", 0, "First contact", "", ""),
        ("call", 2, "", "Call about the first mail", "Ask who prepares payroll, and how many days it takes."),
        ("email", 3, "Follow-up", "", ""),
        ("linkedin", 2, "", "Connect on LinkedIn", "Without a pitch: name the mail."),
        ("email", 5, "Follow-up", "Last mail", ""),
    ),
    "id": (
        ("email", 0, "First contact", "", ""),
        ("whatsapp", 1, "Hello", "Sapa lewat WhatsApp", "Kirim di jam kerja; perkenalkan diri dulu."),
        ("call", 2, "", "Telepon", "Tanyakan siapa yang menyiapkan penggajian."),
        ("email", 3, "Follow-up", "", ""),
    ),
}  # fmt: skip
NAMES = {"en": "First contact, five steps", "id": "Kontak pertama, empat langkah"}
PEOPLE = 9


def tell_sequences(*, at: datetime) -> None:
    """Set them up a week before `at`, and let them run until then."""
    agus = User.objects.filter(role="operations").first()
    rani = User.objects.filter(role="rep").order_by("id").first()
    if rani is None or not Mailbox.objects.filter(owner=rani).exists():
        return
    began = at - timedelta(days=8)
    made = [_sequence(language, agus, began) for language in ("en", "id")]
    leads = Deal.objects.filter(status=Status.OPEN, owner=rani, contact__email__gt="", merged_into=None)
    _enrol(made, leads.order_by("id"), rani, began)
    moment = began
    while moment < at - timedelta(days=1):
        run_due(moment)
        waiting = Outgoing.objects.filter(purpose="outreach.sequence", state="queued")
        waiting.update(state="sent", sent_at=moment)  # as if a server had taken it
        _work(rani, moment)
        moment += timedelta(hours=6)
    running = Enrolment.objects.filter(state="active", thread__isnull=False).order_by("id")
    for one in running[:2]:
        if one.thread_id is not None:
            stop_on_reply(contact_id=one.contact_id, thread_id=one.thread_id, at=moment)
    if (last := running.last()) is not None:
        pause_enrolment(enrolment=last, by=rani, at=moment)


def _sequence(language: str, by: User | None, at: datetime) -> Sequence:
    made = add_sequence(name=NAMES[language], language=language, by=by, at=at)
    for channel, wait, template, title, instructions in STEPS[language]:
        add_step(
            sequence=made, channel=channel, wait=wait, title=title, instructions=instructions, by=by, at=at,
            template=Template.objects.filter(name=template).first() if template else None,
        )  # fmt: skip
    return made


def _enrol(made: list[Sequence], leads: QuerySet[Deal], rani: User, began: datetime) -> None:
    count = 0
    for deal in leads[:40]:
        try:
            enrol(sequence=made[count % 2], deal=deal, by=rani, at=began + timedelta(hours=8 * count))
        except CannotEnrol:
            continue
        count += 1
        if count == PEOPLE:
            return


def _work(rani: User, at: datetime) -> None:
    """Rani does every other task the same day."""
    waiting = StepRun.objects.filter(state="planned", enrolment__rep=rani).select_related("activity")
    for run in waiting:
        if run.pk % 2 and run.activity is not None:
            done = finish_activity(activity=run.activity, by=rani, at=at, outcome=_("Done"))
            advance(activity=done, is_done=True, at=at)
