"""How long it takes to queue the steps of sequences that are due, and whether one is ever queued twice.

    SIKLUS_DATA=folder python -m bench.sequences --steps 100000

Fills an empty database with people who are due at one moment, then queues all of them: by one worker, again (nothing may
come of it), and as many new ones by two workers at once. What was queued is counted in the outbox, by
person. Prints seconds and steps a second; ends with 1 when a step was queued twice or not at all.
"""

import argparse
import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "siklus.config.settings")

NOW = datetime(2026, 3, 4, 3, tzinfo=UTC)  # a Wednesday, ten in the morning in Jakarta
CHUNK = 10_000
TEXT = "Dear {{ contact.first_name }},\n\n{{ company.name }} spends its Mondays on sheets. Shall we talk?\n\n{{ me.name }}"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.sequences", description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=100_000)
    parser.add_argument("--worker", action="store_true", help="only queue what is due")
    given = parser.parse_args(arguments)
    import django

    django.setup()
    if given.worker:
        print(work()["mails"])
        return 0
    prepare()
    add_people(given.steps, "a")
    _rest()
    measure("one worker", given.steps, 1)
    measure("again", 0, 1)
    add_people(given.steps, "b")
    _rest()
    measure("two workers", given.steps, 2)
    return proof(2 * given.steps)


def work() -> Any:
    from siklus.cycle.outreach.sequences.running import run_due
    from siklus.platform.journal.record import through

    with through("job"):
        return run_due(NOW)


def measure(what: str, expected: int, workers: int) -> None:
    start = time.perf_counter()
    if workers == 1:
        counts = [work()["mails"]]
    else:
        command = [sys.executable, "-m", "bench.sequences", "--worker"]
        running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _number in range(workers)]
        counts = [int(one.communicate()[0]) for one in running]
    spent = time.perf_counter() - start
    rate = f"{sum(counts) / spent:>7,.0f} steps/s" if sum(counts) else ""
    shares = " + ".join(f"{count:,}" for count in counts)
    right = "" if sum(counts) == expected else f"   WRONG, not {expected:,}"
    print(f"{what:<12} {shares:>18} queued {spent:>7.1f} s {rate}{right}", flush=True)


def proof(expected: int) -> int:
    """Counted in the outbox itself: how many people got a mail, and how many got two."""
    from django.db import connection
    from django.db.models import Count

    from siklus.cycle.outreach.models import Message, StepRun
    from siklus.platform.mail.models import Outgoing

    mails, runs = Outgoing.objects.count(), StepRun.objects.count()
    per_person = Message.objects.values("contact").annotate(n=Count("pk"))
    twice = per_person.filter(n__gt=1).count()
    people = per_person.count()
    print(
        f"{connection.vendor}: {mails:,} mails in the outbox, {runs:,} steps noted, {people:,} people written to, "
        f"{twice:,} of them twice",
        flush=True,
    )
    return 0 if (mails, runs, people, twice) == (expected, expected, expected, 0) else 1


def prepare() -> None:
    from django.core.management import call_command
    from django.db import transaction

    from siklus.config.commands.init_ import first_pipeline
    from siklus.cycle.outreach.actions import add_template
    from siklus.cycle.outreach.sequences.editing import add_sequence, add_step
    from siklus.platform.accounts.actions import add_user
    from siklus.platform.installation.current import found_installation
    from siklus.platform.journal.record import through
    from siklus.platform.mail.actions import add_mailbox

    call_command("migrate", verbosity=0)
    with transaction.atomic(), through("command", quiet=True):
        found_installation(name="Bench", currency="IDR", time_zone="Asia/Jakarta", at=NOW)
        first_pipeline("en")
        words = {"en": {"subject": "For {{ company.name }}", "text": TEXT}}
        template = add_template(name="Hello", words=words, by=None, at=NOW)
        sequence = add_sequence(name="Bench", language="en", by=None, at=NOW)
        for wait in (0, 2, 3):
            add_step(sequence=sequence, channel="email", template=template, wait=wait, by=None, at=NOW)
        for number in range(10):
            rep = add_user(
                email=f"rep{number}@bench.example", name=f"Rep {number}", role="rep", time_zone="Asia/Jakarta", by=None,
                at=NOW, password="bench bench bench",
            )  # fmt: skip
            add_mailbox(address=rep.email, owner=rep, signature="Bench", by=rep, at=NOW)


def add_people(count: int, mark: str) -> None:
    """So many companies, contacts and leads, each in the sequence and due now."""
    start = time.perf_counter()
    for begin in range(0, count, CHUNK):
        _chunk(range(begin, min(count, begin + CHUNK)), mark)
    print(f"{count:,} people are due, made in {time.perf_counter() - start:.0f} s", flush=True)


def _chunk(numbers: range, mark: str) -> None:
    from django.db import transaction

    from siklus.cycle.outreach.models import Enrolment, Sequence
    from siklus.platform.mail.models import Mailbox
    from siklus.platform.tables.write import insert_objects, make
    from siklus.records.companies.models import Company
    from siklus.records.contacts.models import Contact, ContactPoint
    from siklus.records.deals.models import Deal, Stage

    boxes = list(Mailbox.objects.select_related("owner").order_by("id"))
    sequence = Sequence.objects.get()
    step = sequence.steps.order_by("position")[0]
    stage = Stage.objects.select_related("pipeline").order_by("position")[0]
    seen = {"created_at": NOW, "updated_at": NOW}
    with transaction.atomic():
        companies = [
            make(Company, name=f"Bank {mark}{n}", name_key=f"bank {mark}{n}", **seen) for n in numbers
        ]
        insert_objects(Company, companies)
        contacts = [
            make(Contact, name=f"Hendra {mark}{n}", name_key=f"hendra {mark}{n}", company=company,
                 email=f"h{mark}{n}@bench.example", owner=boxes[n % 10].owner, **seen)
            for n, company in zip(numbers, companies, strict=True)
        ]  # fmt: skip
        insert_objects(Contact, contacts)
        points = [
            make(ContactPoint, contact=one, kind="email", value=one.email, key=one.email) for one in contacts
        ]
        insert_objects(ContactPoint, points)
        deals = [
            make(Deal, name=company.name, company=company, contact=contact, pipeline=stage.pipeline, stage=stage,
                 currency="IDR", probability=10, owner_id=contact.owner_id, stage_entered_at=NOW, **seen)
            for company, contact in zip(companies, contacts, strict=True)
        ]  # fmt: skip
        insert_objects(Deal, deals)
        rows = [
            make(Enrolment, sequence=sequence, deal=deal, contact=contact, mailbox=boxes[n % 10],
                 rep=boxes[n % 10].owner, step=step, due_at=NOW, last_at=NOW, enrolled_at=NOW)
            for n, deal, contact in zip(numbers, deals, contacts, strict=True)
        ]  # fmt: skip
        insert_objects(Enrolment, rows)


def _rest() -> None:
    """PostgreSQL plans by statistics that it would gather by itself in time."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


if __name__ == "__main__":
    sys.exit(main())
