"""The page of targets: who sees which lines, and quotas set, split and ended through its dialogs."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.world import PASSWORD, World, day

from siklus.cycle.prospecting.models import CoverageAlarm
from siklus.platform.accounts.actions import add_user, edit_user
from siklus.records.deals.actions import win_deal
from siklus.records.quotas.actions import set_quota
from siklus.records.quotas.models import Quota

FORM = {"measure": "won", "per": "month", "from_date": "2026-01-01", "until_date": "", "ramp": ""}


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text_of(user, path: str = "/targets/") -> str:
    return browser(user).get(path).content.decode()


def test_without_a_quota_the_page_says_what_one_is_for(world: World):
    assert "No quota is set yet" in text_of(world.bram)


def test_a_manager_sets_the_quota_of_their_people_and_sees_who_stands_where(world: World):
    now = timezone.now()
    deal = world.deal(name="Bank", amount=Decimal(30_000_000), at=now)
    win_deal(deal=deal, by=world.rani, at=now)
    form = {**FORM, "subject": f"user-{world.rani.pk}", "amount": "60.000.000", "ramp": "50, 75"}
    answer = browser(world.bram).post("/targets/quotas/new/", form)
    assert answer.status_code == 302
    quota = Quota.objects.get()
    assert (quota.user, quota.amount, quota.ramp, quota.set_by) == (
        world.rani, Decimal(60_000_000), [50, 75], world.bram,
    )  # fmt: skip
    text = text_of(world.bram, "/targets/?per=month")
    assert "Rani Astuti" in text
    assert "50%" in text  # 30 of 60 million, when the ramp is over
    assert "Budi Santoso" not in text_of(world.rani)


@pytest.mark.parametrize(
    ("changed", "told"),
    [({"amount": "lots"}, "is not an amount"), ({"ramp": "some"}, "Write whole numbers"),
     ({"until_date": "2025-01-01"}, "It ends after it begins"), ({"subject": "user-999999"}, "is not one of")],
    ids=["amount", "ramp", "dates", "subject"],
)  # fmt: skip
def test_wrong_input_is_told_beside_its_field_and_sets_nothing(world: World, changed: dict, told: str):
    form = {**FORM, "subject": f"user-{world.rani.pk}", "amount": "1000", **changed}
    answer = browser(world.bram).post("/targets/quotas/new/", form)
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert not Quota.objects.exists()


def test_nobody_sets_the_own_quota_or_that_of_strangers(world: World):
    for user, subject in ((world.bram, world.bram), (world.bram, world.dewi), (world.rani, world.rani)):
        form = {**FORM, "subject": f"user-{subject.pk}", "amount": "1000"}
        assert browser(user).post("/targets/quotas/new/", form).status_code in {403, 422}
    assert not Quota.objects.exists()


def test_a_team_quota_is_split_and_ended_from_the_page(world: World):
    quota = set_quota(
        team=world.sales, amount=Decimal(100), from_date=date(2026, 1, 1), by=world.agus, at=day(0)
    )
    client = browser(world.bram)
    shares = {f"share_{world.rani.pk}": "70", f"share_{world.budi.pk}": "20"}
    wrong = client.post(f"/targets/quotas/{quota.pk}/split/", shares)
    assert wrong.status_code == 422
    assert "The shares come to 90" in wrong.content.decode()
    shares[f"share_{world.budi.pk}"] = "30"
    assert client.post(f"/targets/quotas/{quota.pk}/split/", shares).status_code == 302
    assert {one.user: one.amount for one in Quota.objects.filter(user__isnull=False)} == {
        world.rani: Decimal(70), world.budi: Decimal(30),
    }  # fmt: skip
    assert client.post(f"/targets/quotas/{quota.pk}/end/", {"until_date": "2026-06-01"}).status_code == 302
    held = Quota.objects.get(team=world.sales, replaced_at=None)
    assert held.until_date == date(2026, 6, 1)


def test_the_alarm_stands_on_today_of_who_is_concerned(world: World):
    alarm = {
        "state": "dry",
        "needed": Decimal(900),
        "came": Decimal(100),
        "begun_at": day(1),
        "seen_at": day(1),
    }
    CoverageAlarm.objects.create(user=world.rani, **alarm)
    CoverageAlarm.objects.create(team=world.sales, **alarm)
    told = "The stream of new deals is running dry."
    assert told in text_of(world.rani, "/")
    assert told not in text_of(world.budi, "/")
    assert told in text_of(world.bram, "/?who=team")
    assert told not in text_of(world.bram, "/?who=me")


def test_the_page_asks_few_questions_however_many_people_there_are(
    world: World, django_assert_max_num_queries
):
    for person in (world.rani, world.budi, world.bram):
        set_quota(user=person, amount=Decimal(9), from_date=date(2026, 1, 1), by=world.agus, at=day(0))
    client = browser(world.bram)
    client.get("/targets/")
    with django_assert_max_num_queries(20):
        client.get("/targets/")


def test_a_rep_who_sees_the_team_still_sets_nobody_a_quota(world: World):
    edit_user(user=world.rani, visibility="team", by=world.ada, at=day(0))
    world.rani.refresh_from_db()
    other = add_user(
        email="tono@nusa.test",
        name="Tono",
        role="rep",
        team=world.jakarta,
        by=world.ada,
        at=day(0),
        password=PASSWORD,
    )
    form = {**FORM, "subject": f"user-{other.pk}", "amount": "1000"}
    assert browser(world.rani).post("/targets/quotas/new/", form).status_code == 403
    assert "Set a quota" not in text_of(world.rani)
    assert not Quota.objects.exists()


def test_many_quotas_of_teams_ask_no_more_questions(world: World):
    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            text_of(world.bram)
        return len(seen)

    set_quota(team=world.sales, amount=Decimal(9), from_date=date(2026, 1, 1), by=world.agus, at=day(0))
    few = asked()
    for team in (world.jakarta, world.surabaya):
        set_quota(team=team, amount=Decimal(9), from_date=date(2026, 1, 1), by=world.agus, at=day(0))
    assert asked() == few
