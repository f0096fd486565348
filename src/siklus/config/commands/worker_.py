import argparse

from siklus.config.commands.shared import start_django

HELP = "do the work that goes on after the answer: imports, mails, reactions"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--once", action="store_true", help="do what waits, then end")


def run(options: argparse.Namespace) -> None:
    start_django()
    from siklus.cycle.demos.tasks import remind
    from siklus.cycle.outreach.tasks import run_sequences, tell_of_waiting_leads
    from siklus.cycle.prospecting.tasks import Watch
    from siklus.cycle.research.tasks import read_websites
    from siklus.desk.automations.tasks import look_at_the_clock
    from siklus.insight.mirror.keep import Follower
    from siklus.platform.chat.tasks import send_messages
    from siklus.platform.jobs.worker import Worker
    from siklus.platform.journal.deliver import deliver_due
    from siklus.platform.mail.tasks import look_into_mailboxes, send_waiting
    from siklus.platform.webhooks.sending import Sender

    sender = Sender()
    worker = Worker(
        every_turn=[_deliver(deliver_due), send_waiting, Follower()],
        now_and_then=[
            *_resume(),
            _hand_back(),
            remind,
            look_into_mailboxes,
            run_sequences,
            tell_of_waiting_leads,
            look_at_the_clock,
            Watch(),
        ],
        beside=[sender, read_websites, send_messages],
    )
    if options.once:
        worker.drain()
        sender.drain()
        while read_websites() or send_messages():
            pass
        return
    worker.run()


def _deliver(deliver):
    from django.utils import timezone

    return lambda: deliver(timezone.now())


def _resume():
    from siklus.desk.lists.tasks import resume_bulk_changes
    from siklus.platform.imports.tasks import resume_abandoned

    return resume_abandoned, resume_bulk_changes


def _hand_back():
    from django.utils import timezone

    from siklus.platform.jobs.abandoned import hand_back_short_tasks

    long = ("siklus.platform.imports.tasks.", "siklus.desk.lists.tasks.")
    return lambda: hand_back_short_tasks(timezone.now(), long=long)
