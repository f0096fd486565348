"""Reference data is read again exactly when it changed."""

import pytest
from django.db import connection, transaction
from tests.world import World, day

from siklus.platform.installation import edition
from siklus.platform.installation.edition import Reference
from siklus.records.deals.actions import edit_stage
from siklus.records.deals.models import Stage


def stage_names() -> list[str]:
    return Reference().get("names", lambda: list(Stage.objects.order_by("id").values_list("name", flat=True)))


def test_what_did_not_change_is_not_read_again(world: World):
    first = Reference().get("once", lambda: object())
    assert Reference().get("once", lambda: object()) is first


def test_a_renamed_stage_is_read_anew(world: World):
    assert "Demo" in stage_names()
    edit_stage(stage=world.stage("demo"), name="Trial", by=world.ada, at=day(2))
    assert "Trial" in stage_names()


def test_what_was_rolled_back_was_never_known(world: World):
    before = stage_names()
    with transaction.atomic():
        edit_stage(stage=world.stage("demo"), name="Trial", by=world.ada, at=day(2))
        assert "Trial" in stage_names()
        transaction.set_rollback(True)
    assert stage_names() == before


def test_signing_in_is_no_change_of_reference_data(world: World):
    before = Reference().edition
    world.rani.last_login = day(2)
    world.rani.save(update_fields=["last_login"])
    assert Reference().edition == before
    world.rani.name = "Rani W."
    world.rani.save(update_fields=["name"])
    assert Reference().edition != before


@pytest.mark.django_db
def test_every_watched_table_has_its_triggers():
    """Django rebuilds a table on SQLite to change it, and the triggers go with the old one."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        known = {name for (name,) in cursor.fetchall()}
    wanted = {name for table, of in edition._watched.items() for name in edition._triggers(table, of)}
    assert wanted <= known
