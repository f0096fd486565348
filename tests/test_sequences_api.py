"""Sequences by the API: what the screens can do, with the same refusals."""

import json
from typing import Any

import pytest
from django.test import Client

from siklus.cycle.outreach.actions import add_template
from siklus.cycle.outreach.sequences.models import Enrolment, Sequence, SequenceStep
from siklus.platform.accounts.actions import issue_token
from siklus.platform.journal.models import Entry
from siklus.records.contacts.actions import add_contact
from siklus.records.deals.models import Deal
from tests.mail import a_mailbox
from tests.world import World, day


class Api:
    """Requests of one person, with their key."""

    def __init__(self, world: World, name: str) -> None:
        user = getattr(world, name)
        self.key = issue_token(user=user, name="test", by=user, at=day(0))[1]

    def __call__(self, verb: str, path: str, body: Any = None) -> Any:
        answer = Client().generic(
            verb, f"/api/v1{path}", json.dumps(body) if body is not None else "", content_type="application/json",
            headers={"Authorization": f"Bearer {self.key}"},
        )  # fmt: skip
        return answer.status_code, answer.json() if answer.content else None


@pytest.fixture
def deal(world: World) -> Deal:
    a_mailbox(world)
    hendra = add_contact(
        name="Hendra", emails=["hendra@banknusa.test"], owner=world.rani, by=world.rani, at=day(1)
    )
    return world.deal(contact=hendra)


def test_a_sequence_is_built_and_somebody_goes_through_it(world: World, deal: Deal):
    words = {"en": {"subject": "Hello", "text": "Dear {{ contact.first_name }}"}}
    template = add_template(name="Hello", words=words, by=world.agus, at=day(1))
    rani = Api(world, "rani")
    status, made = rani("POST", "/sequences", {"name": "Mine", "language": "en"})
    assert (status, made["owner_id"], made["steps"]) == (201, world.rani.pk, [])
    path = f"/sequences/{made['id']}"
    status, first = rani("POST", f"{path}/steps", {"channel": "email", "template_id": template.pk})
    assert (status, first["channel"], first["wait"]) == (201, "email", 0)
    _status, call = rani("POST", f"{path}/steps", {"channel": "call", "wait": 2, "title": "Call"})
    status, placed = rani("POST", f"/sequences/steps/{call['id']}/place", {"place": 0})
    assert [one["id"] for one in placed["steps"]] == [call["id"], first["id"]]
    status, one = rani("POST", "/enrolments", {"sequence_id": made["id"], "deal_id": deal.pk})
    assert (status, one["state"], one["step_id"], one["contact_id"]) == (
        201,
        "active",
        call["id"],
        deal.contact_id,
    )
    assert rani("POST", f"/enrolments/{one['id']}/pause")[1]["state"] == "paused"
    assert rani("POST", f"/enrolments/{one['id']}/resume")[1]["state"] == "active"
    status, stopped = rani("POST", f"/enrolments/{one['id']}/stop")
    assert (stopped["state"], stopped["reason"], stopped["due_at"]) == ("stopped", "by_hand", None)
    listed = rani("GET", f"/enrolments?deal_id={deal.pk}&state=stopped")[1]["items"]
    assert [row["id"] for row in listed] == [one["id"]]
    assert rani("DELETE", f"/sequences/steps/{call['id']}")[0] == 204
    assert rani("DELETE", path)[0] == 204
    assert rani("GET", "/sequences") == (200, [])


def test_who_cannot_be_enrolled_is_a_422_with_the_reason_and_nothing_changes(world: World):
    alone = world.deal("Nobody's lead")
    rani = Api(world, "rani")
    made = rani("POST", "/sequences", {"name": "Mine", "language": "en"})[1]
    rani("POST", f"/sequences/{made['id']}/steps", {"channel": "call"})
    before = Entry.objects.count()
    status, problem = rani("POST", "/enrolments", {"sequence_id": made["id"], "deal_id": alone.pk})
    assert (status, problem["title"]) == (422, "Nobody's lead has no contact yet.")
    assert (Enrolment.objects.count(), Entry.objects.count()) == (0, before)


def test_strangers_find_nothing_and_reps_change_no_shared_sequence(world: World, deal: Deal):
    agus, rani, budi, putri = (Api(world, name) for name in ("agus", "rani", "budi", "putri"))
    made = agus("POST", "/sequences", {"name": "Ours", "language": "id", "is_shared": True})[1]
    step = agus("POST", f"/sequences/{made['id']}/steps", {"channel": "call"})[1]
    one = rani("POST", "/enrolments", {"sequence_id": made["id"], "deal_id": deal.pk})[1]
    before = Entry.objects.count()
    assert budi("POST", f"/enrolments/{one['id']}/stop")[0] == 404
    assert budi("POST", "/enrolments", {"sequence_id": made["id"], "deal_id": deal.pk})[0] == 422
    assert budi("GET", "/enrolments")[1]["items"] == []
    assert putri("GET", "/sequences")[0] == 403
    for verb, path, body in (
        ("DELETE", f"/sequences/steps/{step['id']}", None),
        ("POST", f"/sequences/{made['id']}/steps", {"channel": "call"}),
        ("POST", "/sequences", {"name": "Ours too", "language": "en", "is_shared": True}),
    ):
        assert rani(verb, path, body)[0] == 422
    assert Entry.objects.count() == before
    assert (Sequence.objects.count(), SequenceStep.objects.count()) == (1, 1)
