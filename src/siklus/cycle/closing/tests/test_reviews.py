from decimal import Decimal as D

import pytest
from django.test import Client
from django.urls import reverse
from tests.test_api import Program
from tests.world import World, day

from siklus.cycle.closing.actions import CannotReview, lost_to, review_close
from siklus.cycle.closing.models import CloseReview
from siklus.cycle.closing.queries import review_of, reviews_for, waiting_for_review
from siklus.cycle.research.actions import add_competitor
from siklus.cycle.research.models import Competitor
from siklus.cycle.research.queries import rivals_of
from siklus.desk.tests.helpers import htmx
from siklus.insight.win_loss import competitors, factors, reasons
from siklus.platform.journal.models import Entry
from siklus.records.deals.actions import CannotChangeDeal, lose_deal, reopen_deal, win_deal
from siklus.records.deals.models import Deal, LostReason
from siklus.records.fields.record import StaleEdit


@pytest.fixture
def rival(world: World) -> Competitor:
    return add_competitor(name="Mitra Sistem", by=world.agus, at=day(0))


def lost(world: World, number: float = 5, **values) -> Deal:
    return lose_deal(deal=world.deal(**values), reason=world.too_expensive, by=world.rani, at=day(number))


def test_who_won_a_lost_deal_is_kept_and_stands_among_its_rivals(world: World, rival):
    deal = lost(world)
    for _ in range(2):
        lost_to(deal=deal, competitor=rival, by=world.rani, at=day(6))
    review = review_of(deal)
    assert review is not None and (review.competitor, review.reviewed_at) == (rival, None)
    assert [one.competitor for one in rivals_of(deal.pk)] == [rival]
    assert Entry.objects.filter(name="deal.lost_to").count() == 1


def test_only_what_ended_with_a_lesson_is_reviewed(world: World, rival):
    entries = None
    no_fit = LostReason.objects.get(status="disqualified")
    disqualified = lose_deal(
        deal=world.deal(), reason=no_fit, status="disqualified", by=world.rani, at=day(2)
    )
    won = win_deal(deal=world.deal(), by=world.rani, at=day(2))
    entries = Entry.objects.count() + 1
    for act in (
        lambda: review_close(deal=world.deal("Open"), factor="price", by=world.rani, at=day(3)),
        lambda: review_close(deal=disqualified, factor="price", by=world.rani, at=day(3)),
        lambda: review_close(deal=won, factor="weather", by=world.rani, at=day(3)),
        lambda: review_close(deal=won, factor="price", went_well="x" * 4_001, by=world.rani, at=day(3)),
        lambda: lost_to(deal=won, competitor=rival, by=world.rani, at=day(3)),
    ):
        with pytest.raises(CannotReview):
            act()
    assert (CloseReview.objects.count(), Entry.objects.count()) == (0, entries)


def test_a_review_is_written_anew_and_each_end_has_its_own(world: World, rival):
    deal = lost(world)
    first = review_close(deal=deal, factor="price", went_badly="Too late.", by=world.rani, at=day(6))
    same = review_close(deal=deal, factor="price", went_badly=" Too late. ", by=world.bram, at=day(7))
    assert (same.version, same.reviewed_by) == (1, world.rani)
    again = review_close(
        deal=deal, factor="timing", competitor=rival, by=world.bram, at=day(8), expected_version=1
    )
    assert (again.pk, again.version, again.factor, again.went_badly) == (first.pk, 2, "timing", "")
    with pytest.raises(StaleEdit):
        review_close(deal=deal, factor="price", by=world.rani, at=day(9), expected_version=1)
    deal = win_deal(deal=reopen_deal(deal=deal, by=world.rani, at=day(10)), by=world.rani, at=day(11))
    assert review_of(deal) is None
    review_close(deal=deal, factor="people", by=world.rani, at=day(12))
    assert list(CloseReview.objects.order_by("id").values_list("status", "factor")) == [
        ("lost", "timing"), ("won", "people"),
    ]  # fmt: skip
    assert list(reviews_for(world.budi)) == []


def test_the_report_counts_what_decided_and_against_whom(world: World, rival):
    for _ in range(2):
        deal = lost(world, amount=D(5))
        review_close(deal=deal, factor="price", competitor=rival, by=world.rani, at=day(6))
    won = win_deal(deal=world.deal(), by=world.rani, at=day(5))
    review_close(deal=won, factor="price", competitor=rival, by=world.rani, at=day(6))
    waiting = lost(world, amount=D(9))
    (decided,) = factors(world.rani, day(0))
    assert (decided.label, decided.won, decided.lost, decided.no_decision) == ("The price", 1, 2, 0)
    (against,) = competitors(world.rani, day(0))
    assert (against.name, against.rate.hits, against.rate.n, against.lost_to) == ("Mitra Sistem", 1, 3, 2)
    assert reasons(world.rani, day(0)) == [("Too expensive", "Lost", 3)]
    assert list(waiting_for_review(world.rani, day(0))) == [waiting]
    assert (factors(world.budi, day(0)), competitors(world.budi, day(0)), reasons(world.budi, day(0))) == (
        [], [], [],
    )  # fmt: skip
    assert factors(world.rani, day(30)) == []


def test_no_way_out_of_a_deal_goes_without_a_reason(world: World, client: Client):
    deal = world.deal()
    with pytest.raises(CannotChangeDeal, match="choose a reason"):
        lose_deal(deal=deal, reason=None, by=world.rani, at=day(2))
    client.force_login(world.rani)
    answer = client.post(reverse("desk:deal_lose", args=[deal.pk]), {"version": deal.version}, headers=htmx())
    assert answer.status_code == 422
    assert Program(world.rani).call("POST", f"/deals/{deal.pk}/lose", {"status": "lost"}).status_code == 422
    deal.refresh_from_db()
    assert deal.is_open


def test_losing_on_the_page_asks_who_won_it_and_the_page_asks_for_the_lesson(
    world: World, client: Client, rival
):
    client.force_login(world.rani)
    deal = world.deal()
    path = reverse("desk:deal_lose", args=[deal.pk])
    assert "Who won it?" in client.get(path, headers=htmx()).content.decode()
    body = {"version": deal.version, "reason": world.too_expensive.pk, "competitor": rival.pk}
    client.post(path, body, headers=htmx())
    panel = reverse("desk:deal_review", args=[deal.pk])
    text = client.get(panel).content.decode()
    assert "Lost to" in text and "Mitra Sistem" in text and "Review it" in text
    form = reverse("desk:review_edit", args=[deal.pk])
    assert client.post(form, {"factor": ""}, headers=htmx()).status_code == 422
    client.post(
        form, {"factor": "price", "competitor": rival.pk, "went_badly": "We came late.", "version": "1"}
    )
    assert "We came late." in client.get(panel).content.decode()
    report = client.get(reverse("insight:win_loss")).content.decode()
    assert "Win and loss" in report


def test_reviews_are_written_over_the_api(world: World, rival):
    rani, deal = Program(world.rani), lost(world)
    named = rani.call("POST", "/close-reviews/lost-to", {"deal_id": deal.pk, "competitor_id": rival.pk})
    assert (named.status_code, named.json()["competitor_id"]) == (201, rival.pk)
    body = {"deal_id": deal.pk, "factor": "price", "competitor_id": rival.pk, "next_time": "Sooner."}
    assert rani.call("POST", "/close-reviews", body).json()["next_time"] == "Sooner."
    assert rani.call("POST", "/close-reviews", body, **{"If-Match": '"9"'}).status_code == 412
    assert [one["deal_id"] for one in rani.call("GET", "/close-reviews").json()["items"]] == [deal.pk]
    assert Program(world.budi).call("GET", "/close-reviews").json()["items"] == []
    assert rani.call("POST", "/close-reviews", {**body, "factor": "weather"}).status_code == 422
