from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone
from tests.world import World, day

from siklus.desk.pages.activities import due_from
from siklus.records.activities.actions import CannotChangeActivity, plan_activity
from siklus.records.activities.models import Activity

HTMX = {"HX-Request": "true"}
JAKARTA = ZoneInfo("Asia/Jakarta")


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def call(world: World):
    return plan_activity(
        kind="call", subject="Call back", by=world.rani, deal=world.deal(), at=day(1), due_at=day(5)
    )


def test_a_note_is_written_and_shown_at_once(world: World):
    deal = world.deal()
    answer = browser(world.rani).post(
        "/activities/new/", {"deal": deal.pk, "kind": "note", "body": "They like it\nMore"}, headers=HTMX
    )
    note = deal.activities.get()
    assert (note.kind, note.subject, note.body) == ("note", "They like it", "They like it\nMore")
    assert note.done_at is not None
    assert answer.status_code == 200
    assert 'id="stream"' in answer.content.decode()
    assert "They like it" in answer.content.decode()


def test_an_empty_note_is_refused_in_place_and_leaves_nothing(world: World):
    deal = world.deal()
    answer = browser(world.rani).post(
        "/activities/new/", {"deal": deal.pk, "kind": "note", "body": " "}, headers=HTMX
    )
    assert answer.status_code == 422
    assert "Write something first." in answer.content.decode()
    assert deal.activities.count() == 0


def test_an_unknown_kind_is_refused_and_the_text_stays(world: World):
    deal = world.deal()
    answer = browser(world.rani).post(
        "/activities/new/", {"deal": deal.pk, "kind": "fax", "body": "Long text"}, headers=HTMX
    )
    assert answer.status_code == 422
    assert ">Long text</textarea>" in answer.content.decode()
    assert deal.activities.count() == 0


def test_a_planned_call_becomes_the_next_step_of_the_deal(world: World):
    deal = world.deal()
    browser(world.rani).post(
        "/activities/new/",
        {"deal": deal.pk, "kind": "call", "body": "Ask for budget", "mode": "planned", "when": "tomorrow"},
    )
    deal.refresh_from_db()
    assert (deal.next_kind, deal.next_subject) == ("call", "Ask for budget")
    assert timezone.localtime(deal.next_at, JAKARTA).hour == 9


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("today", datetime(2026, 3, 4, 17, tzinfo=JAKARTA)),
        ("tomorrow", datetime(2026, 3, 5, 9, tzinfo=JAKARTA)),
        ("next_week", datetime(2026, 3, 9, 9, tzinfo=JAKARTA)),
        ("", None),
    ],
)
def test_quick_choices_follow_the_clock_of_the_person(world: World, when, expected):
    with timezone.override(JAKARTA):
        assert due_from(when, "", datetime(2026, 3, 4, 10, tzinfo=JAKARTA)) == expected


def test_today_is_still_today_late_in_the_evening():
    with timezone.override(JAKARTA):
        now = datetime(2026, 3, 4, 23, 30, tzinfo=JAKARTA)
        assert due_from("today", "", now) == datetime(2026, 3, 4, 23, 59, tzinfo=JAKARTA)


def test_a_moment_that_is_none_is_refused():
    with pytest.raises(CannotChangeActivity):
        due_from("", "next moon", datetime(2026, 3, 4, 10, tzinfo=JAKARTA))


def test_finishing_asks_for_the_next_step_and_plans_it(world: World, call):
    client = browser(world.rani)
    assert "And then?" in client.get(f"/activities/{call.pk}/finish/", headers=HTMX).content.decode()
    client.post(
        f"/activities/{call.pk}/finish/",
        {
            "outcome": "Wants a demo", "body": "", "next_kind": "meeting", "next_subject": "Demo",
            "next_when": "next_week", "version": call.version,
        },
    )  # fmt: skip
    call.refresh_from_db()
    assert (call.outcome, call.done_at is not None) == ("Wants a demo", True)
    following = call.deal.activities.get(done_at=None)
    assert (following.kind, following.subject, following.owner) == ("meeting", "Demo", world.rani)


def test_a_step_without_words_is_called_after_its_kind(world: World):
    deal, client = world.deal(), browser(world.rani)
    client.post(f"/activities/plan/?deal={deal.pk}", {"kind": "call", "when": "tomorrow"})
    client.post("/activities/new/", {"deal": deal.pk, "kind": "meeting"})
    subjects = list(deal.activities.order_by("id").values_list("subject", flat=True))
    assert subjects == ["Call", "Meeting"]


def test_the_next_step_may_have_no_words(world: World, call):
    path = f"/activities/{call.pk}/finish/"
    values = {"next_kind": "task", "next_subject": "", "next_when": "today"}
    assert browser(world.rani).post(path, values).status_code == 302
    assert call.deal.activities.get(done_at=None).subject == "Task"


def test_an_exact_moment_counts_before_the_quick_choice(world: World):
    deal = world.deal()
    browser(world.rani).post(
        f"/activities/plan/?deal={deal.pk}",
        {"kind": "call", "subject": "Ask", "when": "", "due_at": "2026-12-01T10:30"},
    )
    assert deal.activities.get().due_at == datetime(2026, 12, 1, 10, 30, tzinfo=JAKARTA)


def test_a_stale_finish_is_told_and_changes_nothing(world: World, call):
    answer = browser(world.rani).post(
        f"/activities/{call.pk}/finish/", {"outcome": "x", "next_kind": "", "version": 7}, headers=HTMX
    )
    assert answer.status_code == 409
    assert "Somebody changed this record" in answer.content.decode()
    call.refresh_from_db()
    assert call.done_at is None


def test_a_wrong_moment_of_the_next_step_does_not_finish_the_first(world: World, call):
    answer = browser(world.rani).post(
        f"/activities/{call.pk}/finish/",
        {"next_kind": "call", "next_when": "", "next_due_at": "soon"}, headers=HTMX,
    )  # fmt: skip
    assert answer.status_code == 422
    call.refresh_from_db()
    assert call.done_at is None
    assert Activity.objects.count() == 1


def test_an_activity_is_postponed_and_dropped(world: World, call):
    client = browser(world.rani)
    client.post(
        f"/activities/{call.pk}/edit/",
        {
            "kind": "call",
            "subject": "Call",
            "due_at": "2027-01-05T10:00",
            "body": "",
            "version": call.version,
        },
    )
    call.refresh_from_db()
    assert call.due_at == datetime(2027, 1, 5, 10, tzinfo=JAKARTA)
    client.post(f"/activities/{call.pk}/cancel/")
    call.refresh_from_db()
    assert call.cancelled_at is not None
    assert client.post(f"/activities/{call.pk}/cancel/").status_code == 422


@pytest.mark.parametrize("verb", ["finish", "edit", "cancel"])
def test_a_stranger_finds_no_activity(world: World, call, verb):
    assert browser(world.budi).post(f"/activities/{call.pk}/{verb}/").status_code == 404
    call.refresh_from_db()
    assert (call.done_at, call.cancelled_at, call.version) == (None, None, 1)


def test_the_list_shows_what_is_due_and_only_what_one_may_see(world: World, call):
    assert "Call back" in browser(world.rani).get("/activities/").content.decode()
    assert "Call back" not in browser(world.budi).get("/activities/?owner=all").content.decode()
    assert "Call back" in browser(world.bram).get("/activities/?owner=all").content.decode()


def test_afterwards_one_lands_only_on_pages_of_ours(world: World, call):
    path = f"/activities/{call.pk}/finish/?next=https://evil.test/"
    answer = browser(world.rani).post(path, {"next_kind": ""})
    assert answer["Location"] == f"/deals/{call.deal_id}/"
