"""The rooms of the cycle and their settings, wide and narrow, light and dark, in both languages.

axe finds nothing and nothing is wider than the screen. A page is opened once per language; its four shapes are looked at
without opening it again.
"""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Page

from siklus.platform.accounts.actions import edit_user
from tests.stories.conftest import STILL
from tests.test_every_door import ids  # noqa: F401  (one of everything)
from tests.world import World, day

pytestmark = [pytest.mark.chromium, pytest.mark.django_db(transaction=True)]

SHAPES = [(1280, "light"), (1280, "dark"), (360, "light"), (360, "dark")]
AXE = """(colours) => axe.run(document, {
    resultTypes: ['violations'], elementRef: false, ...(colours ? {runOnly: ['color-contrast']} : {}),
})"""
PAGES: list[tuple[str, dict[str, str]]] = [
    ("demos", {}), ("demo", {"demo_id": "demo"}), ("demo_new", {"deal_id": "deal"}), ("settings_demos", {}),
    ("quotes", {}), ("quote", {"quote_id": "quote"}), ("settings_quotes", {}), ("settings_plans", {}),
    ("settings_rules", {}), ("objections", {}), ("settings_objections", {}), ("objection_new", {"deal_id": "deal"}),
    ("qualification_answer", {"deal_id": "deal", "criterion_id": "criterion"}), ("settings_qualification", {}),
    ("settings_assignment", {}), ("sequences", {}), ("sequence", {"sequence_id": "sequence"}),
    ("settings_automations", {}), ("automation", {"automation_id": "automation"}),
    ("automation_edit", {"automation_id": "automation"}), ("automation_dry", {"automation_id": "automation"}),
    ("settings_webhooks", {}), ("webhook", {"endpoint_id": "webhook"}), ("settings_forms", {}),
    ("mail", {}), ("thread", {"thread_id": "thread"}), ("settings_mailboxes", {}),
    ("mailbox_edit", {"mailbox_id": "mailbox"}), ("meeting_invite", {"activity_id": "meeting"}),
    ("calendar_new", {}), ("settings_response", {}),
]  # fmt: skip
PUBLIC = [
    ("quote_public", {"secret": "secret"}), ("plan_public", {"secret": "plan_secret"}),
    ("opt_out", {"token": "opt_out"}), ("form_public", {"slug": "=ask"}),
]  # fmt: skip


def path_of(name: str, arguments: dict[str, str], known: dict[str, Any]) -> str:
    values = {key: one[1:] if one.startswith("=") else known[one] for key, one in arguments.items()}
    return reverse(f"desk:{name}", kwargs=values)


def wrong_on(page: Page, path: str) -> list[str]:
    """What is wrong in any of the four shapes of the page that is open."""
    page.evaluate(Axe().axe_script)
    found = []
    for width, scheme in SHAPES:
        page.set_viewport_size({"width": width, "height": 860})
        page.emulate_media(color_scheme=scheme)
        page.evaluate(STILL)
        where = f"{path} at {width}, {scheme}"
        # What is no matter of colour is the same in the dark.
        for one in page.evaluate(AXE, scheme == "dark")["violations"]:
            found.append(f"{where}: {one['id']}: {one['nodes'][0]['html'][:160]}")
        if not page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
            found.append(f"{where} is too wide")
    return found


@pytest.mark.parametrize("language", ["en", "id"])
def test_every_room_of_the_cycle_looks_right_in_every_shape(world: World, ids, visit, language: str):  # noqa: F811
    edit_user(user=world.ada, language=language, by=world.ada, at=day(2))
    ada = visit().sign_in(world.ada)
    wrong = []
    for name, arguments in PAGES:
        path = path_of(name, arguments, ids)
        answer = ada.page.goto(f"{ada.base}{path}")
        assert answer is not None and answer.status == 200, path
        wrong += wrong_on(ada.page, path)
    stranger = visit()
    for name, arguments in PUBLIC:
        path = path_of(name, arguments, ids)
        answer = stranger.page.goto(f"{stranger.base}{path}?lang={language}")
        assert answer is not None and answer.status == 200, path
        wrong += wrong_on(stranger.page, path)
    assert not wrong, "\n".join(wrong)
    assert ada.complaints == stranger.complaints == []
