"""What every test may ask for."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings
from tests.flush import empty_what_is_written_once
from tests.world import World, build_world

from siklus.insight.mirror.state import forget as forget_mirror
from siklus.platform.i18n.catalogues import compile_catalogues
from siklus.platform.installation import current


def pytest_configure() -> None:
    compile_catalogues()
    empty_what_is_written_once()
    # How long an example takes says how busy the machine is, not what the code does.
    settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("house")


LONG = (
    "tests/test_api_fuzz",
    "tests/stories/",
    "tests/test_every_door",
    "tests/test_faults",
    "tests/test_imports_of_any_file",
)


@pytest.fixture(autouse=True)
def _fresh_installation():
    current.forget()
    forget_mirror()  # each test is a database of its own with the same numbers
    yield
    current.forget()


@pytest.fixture
def world(db: None) -> World:
    return build_world()


@pytest.fixture(scope="session")
def imap_port() -> Iterator[int]:
    """A real IMAP server of our own, for all tests of this process."""
    from tests import parts

    with parts.private_imap() as port:
        yield port


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs a part that this machine lacks, and begin with the files that take longest.

    A worker does a whole file: one that is left for the end keeps the others waiting.
    """
    items.sort(key=lambda item: not any(name in item.nodeid for name in LONG))  # stable within both
    from tests import parts

    without_browser, without_imap = parts.chromium() is None, parts.dovecot() is None
    for item in items:
        if without_imap and "imap_port" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.skip(reason="no IMAP server on this machine"))
        if without_browser and item.get_closest_marker("chromium"):
            item.add_marker(pytest.mark.skip(reason="no Chromium on this machine"))
