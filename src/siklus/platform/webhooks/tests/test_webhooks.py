"""What is recorded reaches other programs: signed, retried, logged, and never by a way that could be forged."""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from tests.world import World, day

from siklus.platform.journal.deliver import deliver_due
from siklus.platform.journal.models import Delivery, Entry
from siklus.platform.mail.sealing import unseal
from siklus.platform.webhooks.actions import (
    WebhookRefused,
    add_endpoint,
    edit_endpoint,
    remove_endpoint,
    replay,
    replay_since,
    rotate_secret,
    send_test,
    switch_endpoint,
)
from siklus.platform.webhooks.models import Attempt, Endpoint, Message
from siklus.platform.webhooks.payload import catalogue
from siklus.platform.webhooks.schedule import ATTEMPTS, wait_after
from siklus.platform.webhooks.sending import Result, Sender, note
from siklus.platform.webhooks.tests.receiver import Receiver, receiving
from siklus.records.contacts.actions import add_contact
from siklus.records.deals.actions import edit_deal, move_deal


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as one:
        yield one


@pytest.fixture(autouse=True)
def private_hosts(settings) -> None:
    settings.WEBHOOK_PRIVATE_HOSTS = True  # the server of the test stands on this machine


@pytest.fixture
def hook(world: World, receiver: Receiver) -> Endpoint:
    endpoint, secret = add_endpoint(url=receiver.url, description="Warehouse", by=world.agus, at=day(1))
    endpoint.secret = secret  # type: ignore[attr-defined]
    return endpoint


def go_out() -> None:
    """What the worker does: write messages, then send them."""
    deliver_due(timezone.now())
    Sender().drain()


def signed_by(secret: str, headers: dict[str, str], body: bytes) -> str:
    """The signature as the standard describes it, reckoned apart from our own code."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.{body.decode()}".encode()
    return "v1," + base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()


def test_a_won_stage_arrives_with_a_signature_that_the_receiver_can_check(world: World, hook, receiver):
    edit_endpoint(endpoint=hook, facts=["deal.moved"], by=world.agus, at=day(1))
    deal = world.deal()
    move_deal(deal=deal, stage=world.stage("demo"), by=world.rani, at=day(2))
    go_out()
    [(headers, body)] = receiver.got
    assert headers["webhook-signature"] == signed_by(hook.secret, headers, body)
    said = json.loads(body)
    entry = Entry.objects.get(name="deal.moved")
    assert (said["type"], said["timestamp"]) == ("deal.moved", "2026-03-04T02:00:00+00:00")
    assert said["data"] == {"deal": deal.pk, **entry.details}
    assert said["entry"]["id"] == entry.pk and said["entry"]["by"] == world.rani.pk
    assert headers["webhook-id"] == Message.objects.get().key


def test_a_message_says_what_its_schema_promises(world: World, hook, receiver):
    world.deal()
    go_out()
    schemas = catalogue()
    for _headers, body in receiver.got:
        said = json.loads(body)
        schema = schemas[said["type"]]["properties"]["data"]
        assert said["data"].keys() <= schema["properties"].keys()
        assert set(schema["required"]) <= said["data"].keys()
    assert len(receiver.got) == Message.objects.count() > 0


def test_personal_values_stay_here(world: World, hook, receiver):
    add_contact(name="Hendra Gunawan", emails=["hendra@banknusa.test"], by=world.rani, at=day(2))
    go_out()
    sent = b"".join(body for _headers, body in receiver.got)
    assert b"contact.added" in sent
    assert b"Hendra" not in sent and b"hendra" not in sent


def test_only_the_chosen_facts_are_written_and_others_cost_no_delivery(world: World, hook):
    edit_endpoint(endpoint=hook, facts=["deal.won"], by=world.agus, at=day(1))
    world.deal()
    assert not Delivery.objects.filter(reaction="webhooks.write", entry__name="deal.created").exists()


def test_while_a_secret_is_changed_both_sign_and_a_day_later_only_the_new_one(world: World, hook, receiver):
    _hook, new = rotate_secret(endpoint=hook, by=world.agus, at=timezone.now())
    send_test(endpoint=hook, at=timezone.now())
    Sender().drain()
    headers, body = receiver.got[-1]
    both = [signed_by(new, headers, body), signed_by(hook.secret, headers, body)]
    assert headers["webhook-signature"].split(" ") == both
    Endpoint.objects.update(old_secret_until=timezone.now() - timedelta(seconds=1))
    send_test(endpoint=hook, at=timezone.now())
    Sender().drain()
    headers, body = receiver.got[-1]
    assert headers["webhook-signature"] == signed_by(new, headers, body)


def test_a_secret_is_kept_sealed_and_goes_when_the_webhook_goes(world: World, hook):
    kept = Endpoint.objects.get()
    assert hook.secret.startswith("whsec_") and hook.secret not in kept.sealed_secret
    assert unseal(kept.sealed_secret) == hook.secret
    assert hook.secret not in json.dumps(list(Entry.objects.values_list("details", flat=True)))
    remove_endpoint(endpoint=hook, by=world.agus, at=day(2))
    assert Endpoint.objects.get().sealed_secret == ""


def test_what_fails_is_tried_again_later_under_the_same_id_and_every_attempt_is_logged(hook, receiver):
    receiver.status, receiver.body = 503, b"maintenance " * 100
    message = send_test(endpoint=hook, at=timezone.now())
    before = timezone.now()
    Sender().drain()
    message.refresh_from_db()
    [first] = Attempt.objects.all()
    assert (first.status, first.excerpt[:11], len(first.excerpt)) == (503, "maintenance", 500)
    assert message.state == "waiting" and message.attempts == 1
    assert timedelta(seconds=5) <= message.due_at - before <= timedelta(seconds=8)
    Sender().drain()  # not due yet
    assert Attempt.objects.count() == 1
    receiver.status = 204
    Message.objects.update(due_at=timezone.now())
    Sender().drain()
    message.refresh_from_db()
    assert message.state == "delivered"
    assert {headers["webhook-id"] for headers, _body in receiver.got} == {message.key}
    assert receiver.got[0][1] == receiver.got[1][1]


@given(st.integers(1, 40), st.floats(0, 1))
def test_waits_grow_up_to_a_day_and_end_after_three_days(attempts: int, chance: float):
    wait, plain = wait_after(attempts, chance), wait_after(attempts, 0)
    if attempts >= ATTEMPTS:
        assert wait is None
        return
    assert plain <= wait <= plain * 1.2
    assert timedelta(seconds=5) <= plain <= timedelta(days=1)
    assert attempts == 1 or wait_after(attempts - 1, 0) <= plain


def test_the_schedule_is_the_documented_one():
    waits = [round(wait_after(n, 0).total_seconds()) for n in range(1, ATTEMPTS)]
    assert waits == [5, 20, 80, 320, 1280, 5120, 20480, 81920, 86400, 86400]
    assert 3 < sum(waits) / 86400 < 3.5


def test_after_the_last_attempt_a_message_is_given_up(hook, receiver):
    receiver.status = 500
    message = send_test(endpoint=hook, at=timezone.now())
    Message.objects.update(attempts=ATTEMPTS - 1)
    Sender().drain()
    message.refresh_from_db()
    assert message.state == "failed"


def test_one_message_is_sent_again_from_the_log_under_its_own_id(world: World, hook, receiver):
    message = send_test(endpoint=hook, at=timezone.now())
    Sender().drain()
    replay(message=message, by=world.agus, at=timezone.now())
    Sender().drain()
    assert [headers["webhook-id"] for headers, _body in receiver.got] == [message.key, message.key]
    assert Entry.objects.filter(name="webhook.replayed").get().details["messages"] == 1


def test_from_a_date_on_everything_or_only_what_never_arrived_is_sent_again(world: World, hook, receiver):
    now = timezone.now()
    old, lost, fine = (send_test(endpoint=hook, at=now - timedelta(days=days)) for days in (9, 2, 1))
    Message.objects.filter(pk__in=[old.pk, fine.pk]).update(state="delivered")
    Message.objects.filter(pk=lost.pk).update(state="failed")
    since = now - timedelta(days=3)
    assert replay_since(endpoint=hook, since=since, failed_only=True, by=world.agus, at=now) == 1
    assert replay_since(endpoint=hook, since=since, by=world.agus, at=now) == 2
    Sender().drain()
    assert [headers["webhook-id"] for headers, _body in receiver.got] == [lost.key, fine.key]


def test_an_endpoint_that_fails_for_five_days_is_disabled_and_its_owner_told(world: World, hook, mailoutbox):
    now = timezone.now()
    message = send_test(endpoint=hook, at=now)
    note(message.pk, Result(now, 3, None, "The connection failed: refused."))
    hook.refresh_from_db()
    assert hook.state == "active"
    Endpoint.objects.update(failing_since=now - timedelta(days=5))
    note(message.pk, Result(now, 3, None, "The connection failed: refused."))
    hook.refresh_from_db()
    assert (hook.state, hook.reason) == ("disabled", "nothing arrived for five days")
    assert Entry.objects.filter(name="webhook.disabled").count() == 1
    run_tasks()
    assert [(mail.to, "Warehouse" in mail.subject) for mail in mailoutbox] == [(["agus@nusa.test"], True)]
    Message.objects.update(due_at=now)
    Sender().drain()
    assert Attempt.objects.count() == 2, "to a disabled endpoint nothing is sent"


def run_tasks() -> None:
    from siklus.platform.jobs.worker import Worker

    Worker().drain()


def test_one_success_ends_a_row_of_failures(hook, receiver):
    Endpoint.objects.update(failing_since=timezone.now() - timedelta(days=6))
    send_test(endpoint=hook, at=timezone.now())
    Sender().drain()
    hook.refresh_from_db()
    assert (hook.state, hook.failing_since) == ("active", None)


def test_who_answers_that_it_is_gone_gets_nothing_more(hook, receiver):
    receiver.status = 410
    send_test(endpoint=hook, at=timezone.now())
    Sender().drain()
    hook.refresh_from_db()
    assert hook.state == "disabled" and "410" in hook.reason


def test_switched_off_it_waits_and_switched_on_it_goes_out(world: World, hook, receiver):
    send_test(endpoint=hook, at=timezone.now())
    switch_endpoint(endpoint=hook, on=False, by=world.agus, at=timezone.now())
    Sender().drain()
    assert receiver.got == []
    with pytest.raises(WebhookRefused, match="on first"):
        replay(message=Message.objects.get(), by=world.agus, at=timezone.now())
    switch_endpoint(endpoint=hook, on=True, by=world.agus, at=timezone.now())
    Sender().drain()
    assert len(receiver.got) == 1


def test_told_twice_of_an_entry_an_endpoint_gets_one_message(world: World, hook, receiver):
    world.deal()
    deliver_due(timezone.now())
    before = Message.objects.count()
    Delivery.objects.filter(reaction="webhooks.write").update(state="pending", due_at=timezone.now())
    deliver_due(timezone.now())
    assert Message.objects.count() == before > 0


def test_a_slow_endpoint_holds_up_neither_another_one_nor_other_reactions(world: World, hook, receiver):
    receiver.holds = threading.Event()
    with receiving() as quick:
        other, _secret = add_endpoint(url=quick.url, by=world.agus, at=day(1))
        send_test(endpoint=hook, at=timezone.now())
        for _n in range(3):
            send_test(endpoint=other, at=timezone.now())
        sender = Sender()
        while Message.objects.filter(endpoint=other, state="waiting").exists():
            sender()
        assert len(quick.got) == 3
        assert Message.objects.get(endpoint=hook).state == "waiting"
        receiver.holds.set()
        sender.drain()
        assert Message.objects.get(endpoint=hook).state == "delivered"


def test_a_deal_may_be_edited_without_anybody_listening(world: World):
    deal = world.deal()
    edit_deal(deal=deal, source="Webinar", by=world.rani, at=day(2))
    assert not Delivery.objects.filter(reaction="webhooks.write").exists()
