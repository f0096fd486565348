"""The demo company comes to life through our own actions, in both languages."""

from datetime import UTC, datetime, timedelta

import pytest

from siklus.analytics.rates import Rate
from siklus.config import demo
from siklus.config.demo_truth import DEMOS, REACHED, RESOLVES, wins_of_reached
from siklus.cycle.demos.models import DemoType
from siklus.insight.close_rate import close_rates_for
from siklus.insight.demos import what_wins
from siklus.insight.objections import what_works
from siklus.insight.reports import Question
from siklus.platform.accounts.models import User
from siklus.records.deals.invariants import check_all
from siklus.records.deals.models import OPEN_KINDS, Deal, Status

TODAY = datetime(2026, 11, 23, 5, tzinfo=UTC)


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "id"])
def test_a_year_is_replayed_and_its_history_holds(language: str, settings, tmp_path, monkeypatch):
    settings.DATA = tmp_path
    monkeypatch.setattr(demo, "WORDS", ("rani", "kusuma"))  # a password that resembles a name is no obstacle
    demo.load_demo(today=TODAY, language=language)
    assert User.objects.filter(role="rep").count() >= 5
    assert User.objects.get(email="rani@nusadigital.example").check_password(
        (tmp_path / "demo_password").read_text()
    )
    counts = {status: Deal.objects.filter(status=status).count() for status in Status.values}
    assert counts["won"] > 20 and counts["lost"] > 30 and counts["open"] > 60
    assert [row.wrong for row in check_all()] == [0, 0, 0, 0, 0, 0]
    rates = told_by_reports()
    assert len(rates) == 15
    outside = [
        name for name, truth, rate in rates
        if rate.interval is None or not rate.interval[0] <= truth <= rate.interval[1]
    ]  # fmt: skip
    assert len(outside) <= 2, (
        outside
    )  # of fifteen intervals of 95 %, more than two miss in one world of twenty-eight


def told_by_reports() -> list[tuple[str, float, Rate]]:
    """Each true rate of the made-up world beside what our own reports say of it."""
    viewer = User.objects.get(email="agus@nusadigital.example")
    found: list[tuple[str, float, Rate]] = []
    today = TODAY.date()
    question = Question(
        as_of=TODAY, begin=today - timedelta(days=400), end=today, owner_ids=None, sees_unassigned=True
    )
    by_stage = close_rates_for(question).by_stage
    reached = {kind: one.rate for kind, one in zip(OPEN_KINDS, by_stage, strict=True)}
    for kind in REACHED:
        found.append((kind, wins_of_reached(kind), reached[kind]))
    by_type = {one.name: one.won for one in what_wins(viewer)[0][1]}
    for shown in DemoType.objects.filter(name_en__in=DEMOS):
        found.append((shown.name_en, DEMOS[shown.name_en][1], by_type[shown.name]))
    for type_, worked in what_works(viewer):
        places = {
            pk: place for place, pk in enumerate(type_.responses.order_by("id").values_list("pk", flat=True))
        }
        for one in worked:
            rates = RESOLVES.get(type_.kind, ())
            place = places[one.response_id]
            if place < len(rates):
                found.append((f"{type_.kind} {place}", rates[place], one.resolved))
    return found
