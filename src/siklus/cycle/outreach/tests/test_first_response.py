from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from tests.mail import a_mailbox
from tests.world import World, day

from siklus.cycle.outreach.actions import Letter, tell_not_sent, write_email
from siklus.cycle.outreach.actions.letters import log_email
from siklus.cycle.outreach.first_response.actions import (
    CannotSetTarget,
    drop_target,
    reckon,
    set_target,
    start_clock,
    tell_overdue,
)
from siklus.cycle.outreach.first_response.models import FirstResponse, ResponseTarget
from siklus.cycle.outreach.first_response.queries import (
    DEFAULT_TARGET,
    response_for,
    target_for,
    to_answer,
    waiting,
)
from siklus.cycle.outreach.first_response.reactions import (
    look_at_the_mail,
    look_for_the_answer,
    reckon_anew,
    start_the_clock,
)
from siklus.cycle.outreach.models import Message, Purpose, Thread
from siklus.platform.accounts.hours import set_leave, set_work_hours
from siklus.platform.journal.models import Delivery, Entry
from siklus.platform.journal.record import through
from siklus.platform.mail.models import Outgoing
from siklus.records.activities.actions import log_activity, plan_activity
from siklus.records.contacts.actions import add_contact
from siklus.records.deals.actions import assign_deal, lose_deal, merge_deals, reopen_deal
from siklus.records.deals.models import Deal, LostReason

JAKARTA = ZoneInfo("Asia/Jakarta")


def at(number: int, clock: str) -> datetime:
    """A moment in Jakarta: day 0 is a Monday."""
    hour, minute = map(int, clock.split(":"))
    return datetime(2026, 3, 2 + number, hour, minute, tzinfo=JAKARTA)


def a_lead(world: World, when: datetime, **values) -> Deal:
    deal = world.deal(at=when, **values)
    start_the_clock(Entry.objects.get(name="deal.created", about_id=deal.pk))
    return deal


def clock(deal: Deal) -> FirstResponse:
    return FirstResponse.objects.get(deal=deal)


def contacted(deal: Deal, when: datetime, kind: str = "call", **values) -> None:
    values.setdefault("by", deal.owner)
    activity = log_activity(kind=kind, subject="Hello", deal=deal, at=when, **values)
    look_for_the_answer(Entry.objects.get(name="activity.done", about_id=activity.pk))


def told(name: str) -> list[Entry]:
    return list(Entry.objects.filter(name=name).order_by("pk"))


def test_a_lead_waits_from_its_creation_to_the_first_call_in_the_hours_of_its_owner(world: World):
    deal = a_lead(world, at(0, "16:40"))
    assert (clock(deal).target, clock(deal).due_at) == (DEFAULT_TARGET, at(1, "09:40"))
    assert waiting(clock(deal), at(1, "09:10"))[1:] == (30, 30, False)
    assert waiting(clock(deal), at(1, "09:40")).is_overdue
    contacted(deal, at(1, "09:25"))
    contacted(deal, at(1, "11:00"))
    one = clock(deal)
    assert (one.answered_at, one.waited, one.is_within) == (at(1, "09:25"), 45, True)
    (given,) = told("first_response.given")
    assert (given.details["minutes"], given.details["is_within"], given.by) == (45, True, world.rani)


@pytest.mark.parametrize("kind", ["note", "task"])
def test_what_nobody_outside_hears_stops_nothing(world: World, kind):
    deal = a_lead(world, at(0, "10:00"))
    contacted(deal, at(0, "10:30"), kind)
    assert clock(deal).is_waiting


def test_what_they_wrote_and_what_a_sequence_sent_by_itself_stop_nothing_and_what_a_person_wrote_does(
    world: World,
):
    hendra = add_contact(
        name="Hendra", emails=["h@nusa.test"], owner=world.rani, by=world.rani, at=at(0, "09:00")
    )
    deal, box = a_lead(world, at(0, "10:00"), contact=hendra), a_mailbox(world)

    def mail(minute: int, purpose: str, by) -> Message:
        letter = Letter("Hello", "Hello.", purpose=purpose, at_once=True)
        written = write_email(
            letter=letter, mailbox=box, contact=hendra, deal=deal, by=by, at=at(0, f"10:{minute}")
        )
        look_for_the_answer(Entry.objects.get(name="activity.done", about_id=written.activity_id))
        return written

    sent = mail(10, Purpose.SEQUENCE, world.rani)
    thread: Thread = sent.thread
    theirs = log_email(
        thread, "Re: Hello", "Yes?", hendra, deal, owner=world.rani, by=None, at=at(0, "10:20")
    )
    Message.objects.create(
        thread=thread, is_ours=False, received=_received(at(0, "10:20")), contact=hendra, activity=theirs,
        at=at(0, "10:20"),
    )  # fmt: skip
    reckon(deal=deal, at=at(0, "10:20"))
    assert clock(deal).is_waiting
    answer = mail(30, Purpose.PERSONAL, world.rani)
    assert (clock(deal).waited, clock(deal).activity) == (30, answer.activity)
    Outgoing.objects.filter(pk=answer.outgoing_id).update(state=Outgoing.State.FAILED)
    tell_not_sent(mail=answer.outgoing, reason="Refused", at=at(0, "10:40"))
    look_at_the_mail(told("email.not_sent")[0])
    assert clock(deal).is_waiting
    assert len(told("first_response.undone")) == 1
    contacted(deal, at(0, "10:50"), "message")
    assert clock(deal).waited == 50


def _received(when: datetime):
    from siklus.platform.mail.models import Received

    return Received.objects.create(
        key="k1", from_address="h@nusa.test", subject="Re", sort="mail", text="", said="", sent_at=when,
        received_at=when, digest="0" * 64, size=1,
    )  # fmt: skip


def test_who_hands_a_lead_on_hands_on_its_time_and_both_are_told(world: World):
    set_work_hours(
        user=world.budi, hours={str(d): ["12:00-20:00"] for d in range(5)}, by=None, at=at(0, "08:00")
    )
    deal = a_lead(world, at(0, "09:00"))
    assign_deal(deal=deal, owner=world.budi, by=world.bram, at=at(0, "09:40"))
    reckon_anew(told("deal.assigned")[0])
    one = clock(deal)
    assert (one.owner, one.due_at) == (
        world.budi,
        at(0, "12:20"),
    )  # forty minutes of Rani's, twenty of Budi's
    assert waiting(one, at(0, "12:15"))[1:] == (55, 15, False)
    contacted(Deal.objects.get(pk=deal.pk), at(0, "12:30"))
    one = clock(deal)
    assert (one.waited, one.owner_waited, one.is_within) == (70, 30, False)


def test_what_belongs_to_nobody_waits_in_the_hours_of_the_house_and_leave_stops_no_clock(world: World):
    deal = a_lead(world, at(0, "16:30"), owner=None)
    assert clock(deal).due_at == at(1, "09:30")
    today = at(0, "00:00").date()
    set_leave(user=world.rani, leaves=[(today, today)], by=None, at=at(0, "08:00"))
    world.rani.refresh_from_db()
    assert clock(a_lead(world, at(0, "10:00"))).due_at == at(0, "11:00")


def test_a_lead_that_is_closed_unanswered_ends_and_waits_on_when_it_is_opened_again(world: World):
    deal = a_lead(world, at(0, "10:00"))
    deal = lose_deal(
        deal=deal,
        reason=LostReason.objects.get(name="Not a fit"),
        status="disqualified",
        by=world.rani,
        at=at(0, "10:30"),
    )
    reckon_anew(told("deal.disqualified")[0])
    assert (clock(deal).ended_at, clock(deal).waited, clock(deal).is_waiting) == (at(0, "10:30"), 30, False)
    assert tell_overdue(at=at(3, "10:00")) == 0
    reopen_deal(deal=deal, by=world.rani, at=at(0, "11:00"))
    reckon_anew(told("deal.reopened")[0])
    assert clock(deal).is_waiting


def test_who_was_spoken_to_before_the_lead_was_put_in_has_not_waited(world: World):
    deal = a_lead(world, at(0, "10:00"))
    contacted(deal, at(0, "10:05"), done_at=at(0, "09:45"))
    assert (clock(deal).answered_at, clock(deal).waited) == (at(0, "10:00"), 0)


def test_imports_renewals_and_deals_that_come_qualified_start_no_clock(world: World):
    with through("import"):
        imported = world.deal(at=at(0, "10:00"))
    entry = Entry.objects.get(about_id=imported.pk, name="deal.created")
    assert "outreach.clock" not in set(
        Delivery.objects.filter(entry=entry).values_list("reaction", flat=True)
    )
    renewal = a_lead(world, at(0, "10:00"), kind="renewal")
    qualified = a_lead(world, at(0, "10:00"), qualified=True)
    assert not FirstResponse.objects.filter(deal__in=[renewal, qualified]).exists()


def test_an_overdue_lead_is_told_of_once_to_owner_and_manager(world: World, mailoutbox):
    a_lead(world, at(0, "10:00"), name="Toko Maju")
    assert tell_overdue(at=at(0, "10:59")) == 0
    assert tell_overdue(at=at(0, "11:20")) == 1
    assert tell_overdue(at=at(0, "11:30")) == 0
    assert [(mail.to, mail.subject) for mail in mailoutbox] == [
        (["rani@nusa.test"], "Siklus: Not answered yet: Toko Maju"),
        (["bram@nusa.test"], "Siklus: Not answered yet: Toko Maju"),
    ]  # fmt: skip
    assert "waits for 1\xa0h\xa020\xa0min of working time; the target is 1\xa0h." in mailoutbox[1].body
    (overdue,) = told("first_response.overdue")
    assert overdue.details == {"owner": world.rani.pk, "target": 60}


def test_the_nearest_target_holds_and_leads_that_came_before_keep_theirs(world: World):
    by = {"by": world.agus, "at": at(0, "08:00")}
    first = a_lead(world, at(0, "09:00"), source="Website")
    set_target(pipeline=None, source="", minutes=240, **by)
    set_target(pipeline=world.pipeline, source="", minutes=120, **by)
    set_target(pipeline=None, source="Website", minutes=30, **by)
    outbound = set_target(pipeline=world.pipeline, source="Outbound", minutes=None, **by)
    assert target_for(world.pipeline, " website ") == 30
    assert target_for(world.pipeline, "Fair") == 120
    assert target_for(world.pipeline, "outbound") is None
    assert (clock(first).target, clock(a_lead(world, at(0, "09:00"), source="website")).target) == (60, 30)
    untimed = clock(a_lead(world, at(0, "09:00"), source="Outbound"))
    assert (untimed.target, untimed.due_at) == (None, None)
    drop_target(target=outbound, **by)
    assert target_for(world.pipeline, "Outbound") == 120
    assert [entry.name for entry in Entry.objects.filter(about_kind="response_target").order_by("pk")] == [
        *["response_target.set"] * 4, "response_target.removed",
    ]  # fmt: skip


def test_a_target_that_cannot_be_is_refused_and_nothing_changes(world: World):
    by = {"by": world.agus, "at": at(0, "08:00")}
    with pytest.raises(CannotSetTarget, match="240 hours"):
        set_target(pipeline=None, source="", minutes=0, **by)
    with pytest.raises(CannotSetTarget, match="120 letters"):
        set_target(pipeline=None, source="x" * 121, minutes=5, **by)
    assert not ResponseTarget.objects.exists()
    assert told("response_target.set") == []


def test_leads_to_answer_come_the_most_overdue_first_and_only_those_that_one_may_see(world: World):
    late, soon = a_lead(world, at(0, "10:00"), name="Late"), a_lead(world, at(0, "11:00"), name="Soon")
    nobodys = a_lead(world, at(0, "10:30"), name="Nobody's", owner=None)
    a_lead(world, at(0, "09:00"), name="Budi's", owner=world.budi)
    contacted(a_lead(world, at(0, "09:00"), name="Answered"), at(0, "09:10"))
    assert [one.deal for one in to_answer(world.rani, own=True)] == [late, nobodys, soon]
    assert [one.deal.name for one in to_answer(world.bram)] == ["Budi's", "Late", "Nobody's", "Soon"]
    with pytest.raises(FirstResponse.DoesNotExist):
        response_for(world.budi, late.pk)


def test_two_leads_that_become_one_were_answered_when_either_was(world: World):
    kept, other = a_lead(world, at(0, "10:00"), name="Kept"), a_lead(world, at(0, "10:05"), name="Other")
    contacted(other, at(0, "10:20"))
    merge_deals(kept=kept, other=other, by=world.rani, at=at(0, "11:00"))
    assert clock(kept).waited == 20
    assert [one.deal.name for one in to_answer(world.rani)] == []


def test_a_clock_started_twice_stays_and_a_planned_call_is_no_call(world: World):
    deal = a_lead(world, at(0, "10:00"))
    plan_activity(
        kind="call", subject="Call", deal=deal, due_at=at(0, "10:10"), by=world.rani, at=at(0, "10:00")
    )
    start_clock(deal=deal, at=at(0, "10:30"))
    assert (FirstResponse.objects.count(), clock(deal).arrived_at) == (1, at(0, "10:00"))
    assert clock(deal).is_waiting
    assert day(0) + timedelta(hours=1) == at(0, "10:00")
