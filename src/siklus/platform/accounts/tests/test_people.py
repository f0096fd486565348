from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from tests.world import PASSWORD, World, day

from siklus.platform.accounts.actions import (
    CannotChangeUser,
    add_team,
    add_user,
    deactivate_user,
    edit_user,
    issue_token,
    join_team,
)
from siklus.platform.accounts.models import Membership, User
from siklus.platform.accounts.sign_in import LockedOut, SignInRefused, sign_in, user_of_token
from siklus.platform.accounts.visibility import owner_ids


def test_a_rep_sees_her_own_a_manager_his_teams_operations_all(world: World):
    assert owner_ids(world.rani) == {world.rani.pk}
    assert owner_ids(world.bram) == {world.bram.pk, world.rani.pk, world.budi.pk}
    assert owner_ids(world.agus) is None


def test_the_same_address_is_one_user_whatever_its_case(world: World):
    with pytest.raises(CannotChangeUser, match="exists already"):
        add_user(email=" RANI@nusa.test ", name="Rani", role="rep", by=world.ada, at=day(1))
    with pytest.raises(CannotChangeUser, match="not an e-mail"):
        add_user(email="rani", name="Rani", role="rep", by=world.ada, at=day(1))
    with pytest.raises(CannotChangeUser, match="not a role"):
        add_user(email="x@nusa.test", name="X", role="king", by=world.ada, at=day(1))


def test_the_last_administrator_stays_one(world: World):
    with pytest.raises(CannotChangeUser):
        edit_user(user=world.ada, role="rep", by=world.ada, at=day(1))
    with pytest.raises(CannotChangeUser):
        deactivate_user(user=world.ada, by=world.ada, at=day(1))
    assert User.objects.get(pk=world.ada.pk).is_active


def test_who_changes_teams_was_where_they_were(world: World):
    bandung = add_team(name="Bandung", parent=world.sales, by=world.ada, at=day(1))
    join_team(user=world.rani, team=bandung, by=world.ada, at=day(5))
    told = (
        Membership.objects.filter(user=world.rani)
        .order_by("valid_from")
        .values_list("team__name", "valid_to")
    )
    assert list(told) == [("Jakarta", day(5)), ("Bandung", None)]


def test_guessing_is_slowed_down_and_the_right_password_then_waits_too(world: World):
    for _ in range(5):
        with pytest.raises(SignInRefused):
            sign_in(email="rani@nusa.test", password="wrong", address="10.0.0.1", at=day(1))
    with pytest.raises(LockedOut):
        sign_in(email="rani@nusa.test", password=PASSWORD, address="10.0.0.2", at=day(1))
    later = day(1) + timedelta(minutes=16)
    assert sign_in(email="Rani@nusa.test", password=PASSWORD, address=None, at=later) == world.rani


def test_an_unknown_address_is_answered_like_a_wrong_password(world: World):
    refusals = []
    for email in ("rani@nusa.test", "nobody@nusa.test"):
        with pytest.raises(SignInRefused) as refusal:
            sign_in(email=email, password="wrong", address=None, at=day(1))
        refusals.append(str(refusal.value))
    assert refusals[0] == refusals[1]


def test_a_token_ends_on_its_day_and_with_its_user(world: World):
    _token, key = issue_token(user=world.rani, name="x", by=world.rani, at=day(1), expires_at=day(3))
    assert user_of_token(key, day(2)) == world.rani
    assert user_of_token(key, day(3)) is None
    _token, key = issue_token(user=world.rani, name="y", by=world.rani, at=day(1))
    deactivate_user(user=world.rani, by=world.ada, at=day(2))
    assert user_of_token(key, day(2)) is None


def test_a_stranger_is_sent_to_sign_in_and_back_only_to_our_own_pages(world: World, client: Client):
    assert client.get("/dashboard/")["Location"] == "/sign-in/?next=/dashboard/"
    form = {"email": "rani@nusa.test", "password": PASSWORD, "next": "https://evil.test/"}
    assert client.post("/sign-in/", form)["Location"] == "/"


def test_a_forgotten_password_is_set_by_a_link_that_works_once(world: World, client: Client):
    client.post("/password/forgot/", {"email": "nobody@nusa.test"})
    assert mail.outbox == []
    client.post("/password/forgot/", {"email": "rani@nusa.test"})
    link = next(line for line in mail.outbox[0].body.splitlines() if line.startswith("http")).split(
        "testserver"
    )[1]
    assert client.post(link, {"password": "short"}).status_code == 422
    assert client.post(link, {"password": "kuda-laut-biru-7"}).status_code == 302
    assert client.get(link).status_code == 404
    assert sign_in(email="rani@nusa.test", password="kuda-laut-biru-7", address=None, at=day(9)) == world.rani
