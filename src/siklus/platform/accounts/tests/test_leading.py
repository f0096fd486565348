"""Who leads whom: the named manager, the managers in the team, or the nearest above."""

from tests.world import World, day

from siklus.platform.accounts.actions import deactivate_user
from siklus.platform.accounts.leading import leaders_of


def test_the_nearest_manager_above_leads_and_nobody_leads_oneself(world: World):
    assert leaders_of(world.jakarta) == [world.bram]
    assert leaders_of(world.sales, but=world.bram) == []
    assert leaders_of(None) == []


def test_the_named_manager_goes_before_others_until_they_leave(world: World):
    world.jakarta.manager = world.dewi
    world.jakarta.save(update_fields=["manager"])
    assert leaders_of(world.jakarta) == [world.dewi]
    deactivate_user(user=world.dewi, by=world.ada, at=day(1))
    world.jakarta.refresh_from_db()
    assert leaders_of(world.jakarta) == [world.bram]
