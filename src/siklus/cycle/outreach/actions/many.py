"""The same as `write_email`, for many people at once: sequences write thousands of mails in a morning."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q
from django.utils.translation import gettext as _

from siklus.cycle.outreach.actions.letters import Letter, signed, with_way_out
from siklus.cycle.outreach.facts import EmailWritten
from siklus.cycle.outreach.models import Message, Thread
from siklus.platform.accounts.models import User
from siklus.platform.journal.record import Note, record_many
from siklus.platform.mail.models import Mailbox, Outgoing, Reading
from siklus.platform.mail.tokens import message_id_of, new_key
from siklus.platform.tables.write import insert_objects, make
from siklus.records.activities.facts import ActivityDone
from siklus.records.activities.models import Activity
from siklus.records.contacts.models import Contact
from siklus.records.deals.models import Deal


@dataclass(frozen=True, kw_only=True)
class Post:
    """One letter with its way: to whom, from where, about what, after which mail of ours."""

    letter: Letter
    mailbox: Mailbox
    contact: Contact
    deal: Deal
    by: User
    thread: Thread | None = None
    before: Outgoing | None = None


def write_many(posts: Sequence[Post], at: datetime) -> list[Message]:
    """Queue letters of a machine, in the order given. Inside a transaction; whoever calls has asked the gate."""
    if not posts:
        return []
    mails = [_mail(one, at) for one in posts]
    insert_objects(Outgoing, mails)
    threads = _threads(posts, mails, at)
    activities = [
        _activity(post, mail, thread, at) for post, mail, thread in zip(posts, mails, threads, strict=True)
    ]
    insert_objects(Activity, activities)
    messages = [
        make(
            Message, thread=thread, purpose=post.letter.purpose, is_ours=True, outgoing=mail, contact=post.contact,
            activity=activity, is_answer=False, at_once=post.letter.at_once, at=at,
        )
        for post, mail, thread, activity in zip(posts, mails, threads, activities, strict=True)
    ]  # fmt: skip
    insert_objects(Message, messages)
    touched = Deal.objects.filter(pk__in={one.deal.pk for one in posts})
    touched.filter(Q(last_touch_at=None) | Q(last_touch_at__lt=at)).update(last_touch_at=at)
    notes = []
    for post, message, activity, mail in zip(posts, messages, activities, mails, strict=True):
        notes.append(_done(activity, post.by, at))
        fact = EmailWritten(
            message=message.pk, thread=message.thread_id, purpose=message.purpose, subject=mail.subject,
            contact=post.contact.pk, deal=post.deal.pk, activity=activity.pk,
        )  # fmt: skip
        notes.append(Note(fact, post.by, at))
    record_many(notes)
    return messages


def _mail(post: Post, at: datetime) -> Outgoing:
    key, box = new_key(), post.mailbox
    text, headers = with_way_out(
        signed(post.letter.text, box), post.letter.headers, key, post.letter.language
    )
    before = post.before
    return make(
        Outgoing, mailbox=box, key=key, message_id=message_id_of(key, box.address),
        in_reply_to=before.message_id if before else "",
        references=[*before.references, before.message_id][-20:] if before else [],
        to=[[post.contact.name, post.letter.address or post.contact.email]], cc=[],
        subject=" ".join(post.letter.subject.split())[:250], text=text, headers=headers,
        purpose=f"outreach.{post.letter.purpose}", by=post.by, due_at=at, queued_at=at,
    )  # fmt: skip


def _threads(posts: Sequence[Post], mails: Sequence[Outgoing], at: datetime) -> list[Thread]:
    found, new = [], []
    for post, mail in zip(posts, mails, strict=True):
        thread = post.thread
        if thread is None:
            thread = make(
                Thread, subject=mail.subject, mailbox=post.mailbox, contact=post.contact,
                company_id=post.contact.company_id, deal=post.deal, reading=post.mailbox.reading, last_at=at,
                last_is_ours=True, count=1, created_at=at,
            )  # fmt: skip
            new.append(thread)
        found.append(thread)
    insert_objects(Thread, new)
    old = Thread.objects.filter(pk__in=[one.thread.pk for one in posts if one.thread is not None])
    old.update(count=F("count") + 1)
    old.filter(last_at__lte=at).update(last_at=at, last_is_ours=True)
    return found


def _activity(post: Post, mail: Outgoing, thread: Thread, at: datetime) -> Activity:
    hidden = thread.reading == Reading.OWNER
    return make(
        Activity, kind="email", subject=_("E-mail") if hidden else mail.subject,
        body="" if hidden else post.letter.text.strip()[:50_000], deal=post.deal,
        company_id=post.deal.company_id or post.contact.company_id, contact=post.contact, owner=post.by, done_at=at,
        created_at=at, updated_at=at,
    )  # fmt: skip


def _done(activity: Activity, by: User, at: datetime) -> Note:
    fact = ActivityDone(
        activity=activity.pk, kind="email", subject=activity.subject, body=activity.body, outcome="",
        owner=activity.owner_id,
    )  # fmt: skip
    mentions = {"deal": activity.deal_id, "company": activity.company_id, "contact": activity.contact_id}
    return Note(fact, by, at, mentions)
