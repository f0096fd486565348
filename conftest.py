"""What every test may ask for."""

import pytest
from tests.world import World, build_world

from siklus.platform.installation import current


@pytest.fixture(autouse=True)
def _fresh_installation():
    current.forget()
    yield
    current.forget()


@pytest.fixture
def world(db: None) -> World:
    return build_world()
