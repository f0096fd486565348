"""Whether enough new pipeline comes in: the figures by the owner at the time, and the alarm that is raised once."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from tests.world import World, day

from siklus.analytics.coverage import Closed, Flow, coverage, stream
from siklus.cycle.prospecting.actions import watch_coverage
from siklus.cycle.prospecting.coverage.standing import standings, standings_for
from siklus.cycle.prospecting.models import CoverageAlarm
from siklus.platform.jobs.worker import Worker
from siklus.platform.journal.models import Entry
from siklus.records.deals.actions import assign_deal, edit_deal, lose_deal, qualify_deal, win_deal
from siklus.records.quotas.actions import end_quota, set_quota
from siklus.records.quotas.models import Quota

D = Decimal
MARCH = {"first": date(2026, 3, 1), "until": date(2026, 4, 1)}
NOW = day(25)  # 27 March


def of(lines, name: str):
    return next(one for one in lines if one.name == name)


@pytest.fixture
def sold(world: World) -> World:
    """Rani won 300 of 600 that ended, in ten days each; Budi has 500 open since yesterday."""
    for number in range(6):
        deal = world.deal(name=f"Deal {number}", amount=D(100), qualified=True, at=day(1))
        if number < 3:
            win_deal(deal=deal, by=world.rani, at=day(11))
        else:
            lose_deal(deal=deal, reason=world.too_expensive, by=world.rani, at=day(11))
    world.deal(name="Budi's", owner=world.budi, amount=D(500), qualified=True, by=world.budi, at=day(24))
    return world


def test_figures_count_by_who_had_the_deal_then_and_what_it_was_worth_then(sold: World):
    lead = sold.deal(name="Moved", amount=D(70), at=day(2))
    moved = qualify_deal(deal=lead, by=sold.rani, at=day(3))
    moved = edit_deal(deal=moved, amount=D(90), by=sold.rani, at=day(4))
    moved = assign_deal(deal=moved, owner=sold.budi, by=sold.bram, at=day(5))
    moved = win_deal(deal=moved, by=sold.budi, at=day(6))
    assign_deal(deal=moved, owner=sold.rani, by=sold.bram, at=day(7))
    lines = standings(now=NOW, **MARCH)
    rani, budi = of(lines, "Rani Astuti"), of(lines, "Budi Santoso")
    assert (rani.won, rani.won_count, budi.won, budi.won_count) == (D(300), 3, D(90), 1)
    assert (rani.stream.came, budi.stream.came) == (D(670), D(500))
    assert (rani.open, budi.open) == (D(0), D(500))
    assert of(lines, "Sales").won == of(lines, "Nusa Digital").won == D(390)


def test_attainment_coverage_and_what_is_needed_a_week(sold: World):
    set_quota(user=sold.rani, amount=D(400), from_date=date(2026, 1, 1), by=sold.agus, at=day(0))
    set_quota(user=sold.budi, amount=D(250), from_date=date(2026, 1, 1), by=sold.agus, at=day(0))
    lines = standings(now=NOW, **MARCH)
    rani, budi, jakarta, sales = (
        of(lines, name) for name in ("Rani Astuti", "Budi Santoso", "Jakarta", "Sales")
    )
    assert (rani.attainment, rani.gap, rani.coverage) == (0.75, D(100), 0.0)
    assert (budi.attainment, budi.coverage) == (0.0, 2.0)
    assert (jakarta.quota, jakarta.is_summed, sales.quota, sales.attainment) == (
        D(400),
        True,
        D(650),
        300 / 650,
    )
    assert of(lines, "Nusa Digital").quota == D(650)


def test_a_team_with_a_quota_of_its_own_counts_that_and_the_company_sums_it(sold: World):
    set_quota(team=sold.sales, amount=D(1000), from_date=date(2026, 1, 1), by=sold.agus, at=day(0))
    set_quota(user=sold.rani, amount=D(400), from_date=date(2026, 1, 1), by=sold.agus, at=day(0))
    lines = standings(now=NOW, **MARCH)
    assert (of(lines, "Sales").quota, of(lines, "Sales").is_summed) == (D(1000), False)
    assert of(lines, "Nusa Digital").quota == D(1000)


def test_without_a_quota_or_a_history_nobody_claims_to_know_what_is_needed():
    nothing = stream(quota=D(0), came=D(5), own=Closed(50, D(10), D(5)), company=Closed())
    young = stream(quota=D(100), came=D(5), own=Closed(), company=Closed(4, D(10), D(5)))
    never = stream(quota=D(100), came=D(5), own=Closed(), company=Closed(40, D(10), D(0)))
    assert [one.flow for one in (nothing, young, never)] == [Flow.UNKNOWN] * 3
    assert coverage(open_value=D(1), quota=D(0), won=D(0)) is None


@pytest.mark.parametrize(
    ("came", "flow"), [(200, Flow.ENOUGH), (199, Flow.THIN), (150, Flow.THIN), (149, Flow.DRY), (0, Flow.DRY)]
)
def test_the_stream_is_thin_below_what_is_needed_and_dry_below_three_quarters(came: int, flow: Flow):
    company = Closed(40, D(1000), D(500))
    assert stream(quota=D(100), came=D(came), own=Closed(3, D(9), D(9)), company=company).flow == flow


def test_the_own_share_won_counts_once_enough_deals_ended():
    company = Closed(400, D(1000), D(500))
    few = stream(quota=D(100), came=D(0), own=Closed(19, D(10), D(10)), company=company)
    many = stream(quota=D(100), came=D(0), own=Closed(20, D(10), D(10)), company=company)
    assert (few.share_won, few.n, few.is_own) == (0.5, 400, False)
    assert (many.share_won, many.n, many.is_own) == (1.0, 20, True)


def test_the_alarm_is_raised_once_told_to_who_leads_and_ends_when_enough_came(sold: World, mailoutbox):
    set_quota(user=sold.rani, amount=D(9000), from_date=date(2026, 1, 1), by=sold.agus, at=day(0))
    watched = watch_coverage(at=NOW)
    alarms = CoverageAlarm.objects.filter(ended_at=None)
    assert {(one.user_id, one.team_id, one.state) for one in alarms} == {
        (sold.rani.pk, None, "dry"), (None, sold.jakarta.pk, "dry"), (None, sold.sales.pk, "dry"), (None, None, "dry"),
    }  # fmt: skip
    assert watched.raised == 4
    Worker().drain()
    told = [(mail.to, mail.subject) for mail in mailoutbox]
    assert (["rani@nusa.test"], "Siklus: The stream of new deals of Rani Astuti is running dry") in told
    assert (["bram@nusa.test"], "Siklus: The stream of new deals of Rani Astuti is running dry") in told
    again = watch_coverage(at=NOW + timedelta(hours=1))
    Worker().drain()
    assert (again.raised, again.ended, len(mailoutbox)) == (0, 0, len(told))
    sold.deal(name="Large", amount=D(99_000), qualified=True, at=NOW)
    ended = watch_coverage(at=NOW + timedelta(hours=2))
    assert (ended.raised, ended.ended) == (0, 4)
    assert not CoverageAlarm.objects.filter(ended_at=None).exists()
    assert Entry.objects.filter(name="coverage.recovered").count() == 4


def test_an_alarm_ends_quietly_when_nobody_asks_any_more(sold: World):
    quota = set_quota(user=sold.rani, amount=D(9000), from_date=date(2026, 1, 1), by=sold.agus, at=day(0))
    watch_coverage(at=NOW)
    end_quota(quota=Quota.objects.get(pk=quota.pk), until_date=date(2026, 3, 1), by=sold.agus, at=day(26))
    assert watch_coverage(at=day(26)).ended == 4
    assert Entry.objects.filter(name="coverage.recovered").count() == 0


def test_people_see_their_own_line_managers_their_teams_operations_all(sold: World):
    for person in (sold.rani, sold.budi):
        set_quota(user=person, amount=D(400), from_date=date(2026, 1, 1), by=sold.agus, at=day(0))

    def names(user) -> list[str]:
        return [one.name for one in standings_for(user, now=timezone.now(), **MARCH)]

    assert names(sold.rani) == ["Rani Astuti"]
    assert names(sold.bram) == ["Sales", "Jakarta", "Rani Astuti", "Surabaya", "Budi Santoso"]
    assert names(sold.agus)[0] == "Nusa Digital"
