"""What every test may ask for."""

import pytest
from tests.world import World, build_world

from siklus.insight.mirror.state import forget as forget_mirror
from siklus.platform.i18n.catalogues import compile_catalogues
from siklus.platform.installation import current


def pytest_configure() -> None:
    compile_catalogues()


@pytest.fixture(autouse=True)
def _fresh_installation():
    current.forget()
    forget_mirror()  # each test is a database of its own with the same numbers
    yield
    current.forget()


@pytest.fixture
def world(db: None) -> World:
    return build_world()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs a part that this machine lacks."""
    from tests import parts

    without_browser = parts.chromium() is None
    for item in items:
        if without_browser and item.get_closest_marker("chromium"):
            item.add_marker(pytest.mark.skip(reason="no Chromium on this machine"))
