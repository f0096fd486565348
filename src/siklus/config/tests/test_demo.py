"""The demo company comes to life through our own actions, in both languages."""

from datetime import UTC, datetime

import pytest

from siklus.config import demo
from siklus.platform.accounts.models import User
from siklus.records.deals.invariants import check_all
from siklus.records.deals.models import Deal, Status

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
