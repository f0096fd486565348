"""The own calendar at its secret address, and inviting people from the page of a deal."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from icalendar import Calendar
from tests.mail import a_mailbox
from tests.test_api import Program
from tests.world import World, day

from siklus.cycle.demos.actions import add_demo_type, book_demo
from siklus.cycle.outreach.meetings.models import MeetingGuest
from siklus.platform.accounts.actions import deactivate_user, reactivate_user
from siklus.platform.journal.models import Entry
from siklus.platform.mail.models import Outgoing
from siklus.records.activities.actions import cancel_activity, edit_activity, finish_activity, plan_activity
from siklus.records.activities.feed import READS_AN_HOUR, TooOften, feed_behind, open_feed
from siklus.records.activities.models import CalendarFeed
from siklus.records.activities.reactions import close_the_feed
from siklus.records.contacts.actions import add_contact
from siklus.records.deals.actions import assign_deal

HTMX = {"HX-Request": "true"}


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def soon():
    return timezone.now().replace(microsecond=0) + timedelta(days=3)


def key_of(user) -> str:
    return open_feed(user=user, by=user, at=timezone.now())[1]


def events(key: str) -> dict[str, object]:
    answer = Client().get(f"/c/{key}.ics")
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    found = Calendar.from_ical(answer.content.decode()).walk("VEVENT")
    return {str(one["summary"]): one for one in found}


def test_a_person_subscribes_to_what_they_have_planned_and_to_nothing_of_others(world: World, soon):
    hendra = add_contact(name="Hendra", owner=world.rani, by=world.rani, at=day(1))
    deal = world.deal(contact=hendra)
    plan = {"deal": deal, "by": world.rani, "at": day(1)}
    plan_activity(kind="meeting", subject="Workshop", due_at=soon, minutes=90, location="Menara Nusa", **plan)
    plan_activity(kind="task", subject="Send the offer", due_at=soon, **plan)
    plan_activity(kind="meeting", subject="Not mine", due_at=soon, owner=world.budi, **plan)
    plan_activity(kind="call", subject="Some time", due_at=None, **plan)
    dropped = plan_activity(kind="call", subject="Dropped", due_at=soon, **plan)
    cancel_activity(activity=dropped, by=world.rani, at=day(1))
    held = plan_activity(kind="call", subject="Held", due_at=timezone.now() - timedelta(days=2), **plan)
    finish_activity(activity=held, by=world.rani, at=timezone.now())
    kind = add_demo_type(name_en="Software demo", by=world.agus, at=day(0))
    demo = book_demo(
        deal=deal, type=kind, starts_at=soon + timedelta(hours=4), minutes=30, where="https://meet.nusa.test/a",
        by=world.rani, at=day(1),
    )  # fmt: skip
    found = events(key_of(world.rani))
    assert sorted(found) == ["Software demo", "Task: Send the offer", "Workshop", "✓ Held"]
    workshop, shown = found["Workshop"], found["Software demo"]
    assert (workshop["dtstart"].dt, workshop["dtend"].dt) == (soon, soon + timedelta(minutes=90))
    assert str(workshop["location"]) == "Menara Nusa"
    assert "Bank Nusa, 120 seats" in str(workshop["description"])
    assert "attendee" not in workshop
    assert (str(workshop["transp"]), str(found["Task: Send the offer"]["transp"])) == (
        "OPAQUE",
        "TRANSPARENT",
    )
    assert (shown["dtend"].dt, str(shown["location"])) == (demo.ends_at, "https://meet.nusa.test/a")
    assert str(shown["url"]).endswith(f"/demos/{demo.pk}/")


def test_the_name_of_a_deal_that_one_may_not_see_any_more_is_left_out(world: World, soon):
    deal = world.deal()
    plan_activity(kind="call", subject="Call", due_at=soon, deal=deal, by=world.rani, at=day(1))
    key = key_of(world.rani)
    assert "Bank Nusa" in str(events(key)["Call"].get("description"))
    assign_deal(deal=deal, owner=world.budi, by=world.agus, at=day(2))
    assert "Bank Nusa" not in str(events(key)["Call"].get("description"))


def test_a_program_that_has_the_newest_is_told_so_until_something_changes(world: World, soon):
    call = plan_activity(
        kind="call", subject="Call", due_at=soon, deal=world.deal(), by=world.rani, at=day(1)
    )
    address = f"/c/{key_of(world.rani)}.ics"
    first = Client().get(address)
    again = Client().get(address, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    edit_activity(activity=call, due_at=soon + timedelta(hours=1), by=world.rani, at=day(2))
    assert Client().get(address, headers={"If-None-Match": first["ETag"]}).status_code == 200
    assert first["Cache-Control"] == "private, no-cache"
    assert not first.cookies
    assert Client().post(address).status_code == 405


def test_an_address_leads_nowhere_when_unknown_renewed_closed_or_its_owner_has_left(world: World):
    def status(key: str) -> int:
        return Client().get(f"/c/{key}.ics").status_code

    assert status("x" * 43) == 404
    first = key_of(world.rani)
    second = key_of(world.rani)
    assert (status(first), status(second)) == (404, 200)
    deactivate_user(user=world.rani, by=world.ada, at=timezone.now())
    assert status(second) == 404
    close_the_feed(Entry.objects.get(name="user.deactivated"))
    reactivate_user(user=world.rani, by=world.ada, at=timezone.now())
    assert status(second) == 404
    third = key_of(world.rani)
    close_the_feed(Entry.objects.get(name="user.deactivated"))  # told once more, late
    assert status(third) == 200
    assert browser(world.rani).post("/settings/profile/calendar/close/").status_code == 302
    assert status(third) == 404


def test_an_address_that_is_asked_too_often_says_when_it_answers_again(world: World):
    key = key_of(world.rani)
    for _turn in range(READS_AN_HOUR):
        feed_behind(key, day(3))
    with pytest.raises(TooOften) as often:
        feed_behind(key, day(3) + timedelta(minutes=20))
    assert often.value.until == day(3) + timedelta(hours=1)
    assert feed_behind(key, day(3) + timedelta(hours=1)) is not None
    CalendarFeed.objects.update(hour_at=timezone.now(), reads=READS_AN_HOUR)
    answer = Client().get(f"/c/{key}.ics")
    assert answer.status_code == 429
    assert 3500 < int(answer["Retry-After"]) <= 3600


def test_the_address_is_shown_once_and_kept_as_a_digest(world: World):
    client = browser(world.rani)
    assert "Make the address" in client.get("/settings/profile/").content.decode()
    assert client.get("/settings/profile/calendar/").status_code == 200
    assert not CalendarFeed.objects.exists()
    answer = client.post("/settings/profile/calendar/", headers=HTMX)
    page = answer.content.decode()
    key = page.partition("http://testserver/c/")[2].partition(".ics")[0]
    assert "webcal://testserver/c/" in page
    assert answer["Cache-Control"] == "no-store"
    assert key not in str(CalendarFeed.objects.values().get())
    assert Client().get(f"/c/{key}.ics").status_code == 200
    assert key not in client.get("/settings/profile/").content.decode()
    assert "stops working at once" in client.get("/settings/profile/calendar/").content.decode()


@pytest.fixture
def meeting(world: World, soon):
    hendra = add_contact(
        name="Hendra Pratama", emails=["hendra@banknusa.test"], owner=world.rani, by=world.rani, at=day(1)
    )
    return plan_activity(
        kind="meeting",
        subject="Workshop",
        due_at=soon,
        deal=world.deal(contact=hendra),
        by=world.rani,
        at=day(1),
    )


def test_a_rep_invites_people_sees_their_answers_and_takes_one_off(world: World, meeting):
    mailbox = a_mailbox(world)
    client = browser(world.rani)
    dialog = client.get(f"/activities/{meeting.pk}/invite/", headers=HTMX).content.decode()
    assert "Hendra Pratama · hendra@banknusa.test" in dialog
    assert "Bram Wijaya" in dialog
    sent = client.post(
        f"/activities/{meeting.pk}/invite/",
        {
            "contacts": [meeting.contact_id], "colleagues": [world.bram.pk], "mailbox": mailbox.pk, "minutes": 45,
            "location": "https://meet.nusa.test/w", "note": "",
        },
    )  # fmt: skip
    assert sent.status_code == 302
    meeting.refresh_from_db()
    assert (meeting.minutes, meeting.location) == (45, "https://meet.nusa.test/w")
    assert [mail.to[0][1] for mail in Outgoing.objects.order_by("pk")] == [
        "hendra@banknusa.test",
        "bram@nusa.test",
    ]
    guest = MeetingGuest.objects.get(user=world.bram)
    MeetingGuest.objects.filter(pk=guest.pk).update(reply="tentative", replied_at=timezone.now())
    page = client.get(f"/deals/{meeting.deal_id}/").content.decode()
    assert "Perhaps" in page
    assert "No answer yet" in page
    assert browser(world.budi).post(f"/activities/guests/{guest.pk}/remove/").status_code == 404
    assert client.post(f"/activities/guests/{guest.pk}/remove/").status_code == 302
    assert "Perhaps" not in client.get(f"/deals/{meeting.deal_id}/").content.decode()


def test_without_a_mailbox_the_dialog_says_where_to_connect_one_and_changes_nothing(world: World, meeting):
    answer = browser(world.rani).post(
        f"/activities/{meeting.pk}/invite/",
        {"contacts": [meeting.contact_id], "location": "Anywhere"},
        headers=HTMX,
    )
    assert answer.status_code == 422
    assert "Connect a mailbox under Settings, Mailboxes first." in answer.content.decode()
    meeting.refresh_from_db()
    assert meeting.location == ""
    assert not MeetingGuest.objects.exists()


def test_a_program_makes_an_address_that_is_told_once_and_closes_it(world: World, soon):
    rani, budi = Program(world.rani), Program(world.budi)
    assert rani.call("GET", "/calendar-feed").json() == {"is_open": False, "made_at": None, "read_at": None}
    first, second = (rani.call("PUT", "/calendar-feed").json()["address"] for _time in range(2))
    paths = ["/c/" + one.partition("/c/")[2] for one in (first, second)]
    assert [Client().get(path).status_code for path in paths] == [404, 200]
    assert CalendarFeed.objects.get().user == world.rani
    assert rani.call("GET", "/calendar-feed").json()["read_at"] is not None
    assert budi.call("DELETE", "/calendar-feed").status_code == 204  # one's own only
    assert Client().get(paths[1]).status_code == 200
    assert rani.call("DELETE", "/calendar-feed").status_code == 204
    assert Client().get(paths[1]).status_code == 404
