"""A browser, a server and the small world for the stories."""

import os
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from siklus.platform.accounts.models import User
from tests import parts
from tests.world import PASSWORD, World, build_world

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright's own loop runs in the thread of the test
OPTIONS = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
STILL = """() => Promise.all(
    document.getAnimations()
        .filter(one => Number.isFinite(one.effect.getComputedTiming().endTime))
        .map(one => one.finished.catch(() => null))
)"""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        one = playwright.chromium.launch(executable_path=parts.chromium(), args=OPTIONS)
        yield one
        one.close()


@pytest.fixture
def world(transactional_db: None) -> World:
    return build_world()


class Visitor:
    """A person at a screen."""

    def __init__(self, page: Page, base: str) -> None:
        self.page, self.base = page, base
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._hear)

    def _hear(self, message) -> None:
        if "Content Security Policy" in message.text:
            self.complaints.append(message.text)

    def sign_in(self, user: User) -> "Visitor":
        self.page.goto(f"{self.base}/sign-in/")
        self.page.fill("[name=email]", user.email)
        self.page.fill("[name=password]", PASSWORD)
        self.page.click("button[type=submit]")
        self.page.wait_for_url(f"{self.base}/")
        return self

    def open(self, path: str) -> Page:
        self.page.goto(f"{self.base}{path}")
        return self.page

    def looks_right(self) -> None:
        """Nothing for axe to find, nothing wider than the screen, no script error."""
        self.page.evaluate(STILL)  # a dialog that is still fading in has no contrast to judge
        found = Axe().run(self.page).response["violations"]
        told = [(one["id"], one["nodes"][0]["html"][:120]) for one in found]
        assert told == [], f"{self.page.url}: {told}"
        assert self.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (
            f"{self.page.url} is too wide"
        )
        assert self.complaints == []


@pytest.fixture
def visit(browser: Browser, live_server):
    """Make a visitor: visit(width=360, dark=True)."""
    contexts = []

    def make(width: int = 1280, height: int = 860, dark: bool = False) -> Visitor:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            locale="en-GB",
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        return Visitor(context.new_page(), live_server.url)

    yield make
    for context in contexts:
        context.close()
