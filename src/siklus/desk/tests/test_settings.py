from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from tests.world import PASSWORD, World, day

from siklus.platform.accounts.actions import add_user, deactivate_user, issue_token
from siklus.platform.accounts.models import ApiToken, Membership, Team, User
from siklus.platform.journal.queries import timeline
from siklus.platform.money.models import Rate
from siklus.records.deals.actions import lose_deal
from siklus.records.deals.models import LostReason, Pipeline, Stage
from siklus.records.fields.actions import add_field
from siklus.records.fields.models import FieldDefinition
from siklus.records.products.actions import add_product
from siklus.records.products.models import Product

HTMX = {"HX-Request": "true"}
PAGES = ("people", "pipelines", "reasons", "fields", "currencies")


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize("page", PAGES)
def test_settings_are_for_operations_and_administrators(world: World, page):
    path = f"/settings/{page}/"
    assert [browser(one).get(path).status_code for one in (world.ada, world.agus)] == [200, 200]
    assert [browser(one).get(path).status_code for one in (world.rani, world.bram)] == [403, 403]


def test_a_rep_changes_no_setting(world: World):
    client, stage = browser(world.rani), world.stage("demo")
    paths = (
        "/settings/people/new/", f"/settings/people/{world.budi.pk}/deactivate/", "/settings/teams/new/",
        "/settings/pipelines/new/", f"/settings/stages/{stage.pk}/retire/", "/settings/reasons/new/",
        "/settings/fields/new/", "/settings/currencies/new/", "/products/new/",
        f"/settings/people/{world.budi.pk}/reactivate/", f"/settings/pipelines/{world.pipeline.pk}/",
        f"/settings/reasons/{world.too_expensive.pk}/retire/", f"/settings/reasons/{world.too_expensive.pk}/restore/",
    )  # fmt: skip
    assert {client.post(path, {"name": "X"}).status_code for path in paths} == {403}
    world.budi.refresh_from_db()
    stage.refresh_from_db()
    assert (world.budi.is_active, stage.retired_at) == (True, None)


def test_everybody_changes_their_own_profile(world: World):
    values = {"name": "Rani A.", "language": "id", "time_zone": "Asia/Makassar", "theme": "dark"}
    assert browser(world.rani).post("/settings/profile/", values).status_code == 302
    world.rani.refresh_from_db()
    assert {key: getattr(world.rani, key) for key in values} == values


def test_an_unknown_language_is_refused(world: World):
    values = {"name": "Rani", "language": "xx", "time_zone": "Asia/Jakarta", "theme": "dark"}
    assert browser(world.rani).post("/settings/profile/", values).status_code == 422
    world.rani.refresh_from_db()
    assert (world.rani.language, world.rani.theme) == ("en", "system")


def test_a_key_is_shown_once_and_never_again(world: World):
    client = browser(world.rani)
    answer = client.post("/settings/profile/keys/new/", {"name": "Notebook", "days": "90"}, headers=HTMX)
    text = answer.content.decode()
    key = text[text.index('value="sk_') + 7 :].split('"')[0]
    assert answer["Cache-Control"] == "no-store"
    assert len(key) > 40
    page = client.get("/settings/profile/").content.decode()
    assert "Notebook" in page
    assert key not in page


def test_a_key_of_somebody_else_cannot_be_revoked(world: World):
    token, _key = issue_token(user=world.rani, name="Notebook", by=world.rani, at=day(0))
    assert browser(world.budi).post(f"/settings/profile/keys/{token.pk}/revoke/").status_code == 404
    assert ApiToken.objects.get().revoked_at is None
    browser(world.rani).post(f"/settings/profile/keys/{token.pk}/revoke/")
    assert ApiToken.objects.get().revoked_at is not None


def test_a_person_is_added_moved_and_deactivated(world: World):
    client = browser(world.agus)
    client.post(
        "/settings/people/new/",
        {"name": "Sari", "email": "sari@nusa.test", "role": "marketing", "team": world.sales.pk},
    )
    sari = User.objects.get(email="sari@nusa.test")
    assert (sari.visibility, sari.team) == ("all", world.sales)
    client.post(
        f"/settings/people/{sari.pk}/",
        {"name": "Sari D.", "role": "rep", "team": world.jakarta.pk, "visibility": "own"},
    )
    sari.refresh_from_db()
    assert (sari.name, sari.role, sari.team, sari.sees_unassigned) == ("Sari D.", "rep", world.jakarta, False)
    client.post(f"/settings/people/{sari.pk}/deactivate/")
    sari.refresh_from_db()
    assert sari.is_active is False


def test_a_person_who_comes_back_signs_in_as_before_without_their_old_keys(world: World):
    token, _key = issue_token(user=world.budi, name="Notebook", by=world.budi, at=day(0))
    client = browser(world.agus)
    client.post(f"/settings/people/{world.budi.pk}/deactivate/")
    assert "Budi Santoso" in client.get("/settings/people/").content.decode().split("person who left")[1]
    assert client.post(f"/settings/people/{world.budi.pk}/reactivate/").status_code == 302
    world.budi.refresh_from_db()
    token.refresh_from_db()
    assert (world.budi.is_active, world.budi.team, token.revoked_at is None) == (True, world.surabaya, False)
    assert Client().post("/sign-in/", {"email": "budi@nusa.test", "password": PASSWORD}).status_code == 302
    told = timeline("user", world.budi.pk)
    assert told[0].sentence == "let this user in again"
    client.post(f"/settings/people/{world.budi.pk}/reactivate/")
    assert len(timeline("user", world.budi.pk)) == len(told)


def test_operations_let_no_administrator_in_again(world: World):
    other = add_user(email="x@nusa.test", name="X", role="admin", by=world.ada, at=day(0))
    deactivate_user(user=other, by=world.ada, at=day(1))
    assert browser(world.agus).post(f"/settings/people/{other.pk}/reactivate/").status_code == 422
    assert browser(world.ada).post(f"/settings/people/{other.pk}/reactivate/").status_code == 302
    other.refresh_from_db()
    assert other.is_active is True


def test_a_person_leaves_their_team_and_it_stays_known_where_they_were(world: World):
    values = {"name": "Rani Astuti", "role": "rep", "team": "", "visibility": "team"}
    assert browser(world.agus).post(f"/settings/people/{world.rani.pk}/", values).status_code == 302
    world.rani.refresh_from_db()
    assert world.rani.team is None
    was = Membership.objects.get(user=world.rani)
    assert (was.team, was.valid_to is None) == (world.jakarta, False)
    assert "left the team Jakarta" in [line.sentence for line in timeline("user", world.rani.pk)]


def test_a_taken_address_is_refused_in_the_dialog(world: World):
    answer = browser(world.agus).post(
        "/settings/people/new/", {"name": "R", "email": "rani@nusa.test", "role": "rep"}, headers=HTMX
    )
    assert answer.status_code == 422
    assert "A user with the e-mail rani@nusa.test exists already." in answer.content.decode()
    assert User.objects.count() == 7


def test_operations_make_no_administrator_and_remove_none(world: World):
    client = browser(world.agus)
    for path in ("/settings/people/new/", f"/settings/people/{world.agus.pk}/"):
        answer = client.post(
            path, {"name": "X", "email": "x@nusa.test", "role": "admin", "visibility": "all"}, headers=HTMX
        )
        assert answer.status_code == 422
    assert client.post(f"/settings/people/{world.ada.pk}/deactivate/").status_code == 422
    assert list(User.objects.filter(role="admin", is_active=True)) == [world.ada]


def test_a_team_stands_in_the_tree(world: World):
    browser(world.agus).post(
        "/settings/teams/new/", {"name": "Bandung", "parent": world.sales.pk, "manager": world.bram.pk}
    )
    team = Team.objects.get(name="Bandung")
    assert (team.path, team.manager) == (f"{world.sales.path}{team.pk}/", world.bram)


def test_a_pipeline_gets_stages_in_an_order_that_can_change(world: World):
    client = browser(world.agus)
    client.post("/settings/pipelines/new/", {"name": "Renewals"})
    pipeline = Pipeline.objects.get(name="Renewals")
    for name in ("First", "Second"):
        values = {
            "name": name,
            "kind": "contact",
            "probability": 40,
            "category": "pipeline",
            "colour": "teal",
        }
        client.post(f"/settings/pipelines/{pipeline.pk}/stages/new/", values)
    second = Stage.objects.get(name="Second")
    client.post(f"/settings/stages/{second.pk}/place/", {"to": "earlier"})
    assert [one.name for one in pipeline.stages.order_by("position")] == ["Second", "First"]
    client.post(f"/settings/stages/{second.pk}/place/", {"to": "earlier"})
    assert [one.name for one in pipeline.stages.order_by("position")] == ["Second", "First"]


def test_a_pipeline_is_renamed_to_a_name_that_no_other_has(world: World):
    client, path = browser(world.agus), f"/settings/pipelines/{world.pipeline.pk}/"
    client.post("/settings/pipelines/new/", {"name": "Renewals"})
    assert 'value="B2B"' in client.get(path).content.decode()
    assert client.post(path, {"name": " Large  accounts "}).status_code == 302
    world.pipeline.refresh_from_db()
    assert world.pipeline.name == "Large accounts"
    assert timeline("pipeline", world.pipeline.pk)[0].sentence == "renamed the pipeline B2B to Large accounts"
    assert "Large accounts" in client.get("/settings/pipelines/").content.decode()
    answer = client.post(path, {"name": "renewals"}, headers=HTMX)
    assert (answer.status_code, "exists already" in answer.content.decode()) == (422, True)
    assert client.post(path, {"name": "large accounts"}).status_code == 302


def test_renaming_a_stage_keeps_its_past_name(world: World):
    stage = world.stage("demo")
    values = {
        "name": "Show", "kind": "demo", "probability": 45, "rotting_days": 9, "category": "pipeline",
        "colour": "teal",
    }  # fmt: skip
    browser(world.agus).post(f"/settings/stages/{stage.pk}/", values)
    stage.refresh_from_db()
    assert (stage.name, stage.probability, stage.colour) == ("Show", 45, "teal")
    assert [one.name for one in stage.versions.all()] == ["Demo", "Show"]


def test_a_stage_with_open_deals_is_not_retired(world: World):
    world.deal()
    stage = world.stage("prospecting")
    answer = browser(world.agus).post(f"/settings/stages/{stage.pk}/retire/")
    assert answer.status_code == 422
    assert "1 open deal stands in Prospek. Move it first." in answer.content.decode()
    stage.refresh_from_db()
    assert stage.retired_at is None


def test_a_lost_reason_is_added_once(world: World):
    client = browser(world.agus)
    assert client.post("/settings/reasons/new/", {"name": "Bad timing", "status": "lost"}).status_code == 302
    answer = client.post("/settings/reasons/new/", {"name": "bad timing", "status": "lost"}, headers=HTMX)
    assert answer.status_code == 422
    assert LostReason.objects.filter(name__iexact="bad timing").count() == 1


def test_a_retired_lost_reason_is_not_offered_until_it_is_brought_back(world: World):
    reason, client = world.too_expensive, browser(world.agus)
    ended = lose_deal(deal=world.deal(), reason=reason, by=world.rani, at=day(2))
    deal = world.deal("Another")
    dialog = f"/deals/{deal.pk}/lose/"
    assert "Too expensive" in browser(world.rani).get(dialog).content.decode()
    client.post(f"/settings/reasons/{reason.pk}/retire/")
    assert "Too expensive" not in browser(world.rani).get(dialog).content.decode()
    assert browser(world.rani).post(dialog, {"reason": reason.pk, "status": "lost"}).status_code == 422
    assert "Too expensive" in browser(world.rani).get(f"/deals/{ended.pk}/").content.decode()
    again = client.post("/settings/reasons/new/", {"name": "too expensive", "status": "lost"}, headers=HTMX)
    assert "is retired. Bring it back instead." in again.content.decode()
    client.post(f"/settings/reasons/{reason.pk}/restore/")
    assert "Too expensive" in browser(world.rani).get(dialog).content.decode()
    assert [line.entry.name for line in timeline("lost_reason", reason.pk)][:2] == [
        "lost_reason.restored", "lost_reason.retired",
    ]  # fmt: skip


def test_own_fields_are_added_renamed_and_retired(world: World):
    client = browser(world.agus)
    client.post(
        "/settings/fields/new/",
        {"record": "deal", "label": "Region", "kind": "choice", "choices": "West\n East \n"},
    )
    field = FieldDefinition.objects.get()
    assert (field.key, field.choices) == ("region", ["West", "East"])
    client.post(f"/settings/fields/{field.pk}/", {"label": "Area", "choices": "West\nEast\nNorth"})
    field.refresh_from_db()
    assert (field.label, field.choices) == ("Area", ["West", "East", "North"])
    client.post(f"/settings/fields/{field.pk}/retire/")
    field.refresh_from_db()
    assert field.retired_at is not None


def test_a_choice_field_without_choices_is_refused_beside_the_choices(world: World):
    values = {"record": "deal", "label": "Region", "kind": "choice", "choices": ""}
    answer = browser(world.agus).post("/settings/fields/new/", values, headers=HTMX)
    assert answer.status_code == 422
    assert 'id="id_choices-error"' in answer.content.decode()
    assert not FieldDefinition.objects.exists()


def test_an_own_field_shows_on_the_deal_page(world: World):
    add_field(record_kind="deal", label="Contract number", kind="text", by=world.ada, at=day(0))
    deal = world.deal(custom={"contract_number": "K-77"})
    assert "K-77" in browser(world.rani).get(f"/deals/{deal.pk}/").content.decode()


def test_products_are_for_everybody_to_read_and_for_operations_to_change(world: World):
    client = browser(world.agus)
    values = {"name": "GTX Pro", "code": "G1", "family": "GTX", "price": "1,250.50", "currency": "idr"}
    assert client.post("/products/new/", values).status_code == 302
    product = Product.objects.get()
    assert (product.price, product.currency) == (Decimal("1250.5"), "IDR")
    assert "GTX Pro" in browser(world.rani).get("/products/").content.decode()
    values |= {"price": "1250.5", "is_active": "", "version": product.version}
    client.post(f"/products/{product.pk}/", values)
    product.refresh_from_db()
    assert (product.price, product.is_active) == (Decimal("1250.5"), False)


def test_a_stale_product_edit_is_told(world: World):
    product = add_product(name="GTX", by=world.ada, at=day(0))
    values = {"name": "Other", "currency": "IDR", "version": 9}
    answer = browser(world.agus).post(f"/products/{product.pk}/", values, headers=HTMX)
    assert answer.status_code == 409
    product.refresh_from_db()
    assert product.name == "GTX"


def test_rates_are_dated_and_checked(world: World):
    client, path = browser(world.agus), "/settings/currencies/new/"
    client.post(path, {"currency": "usd", "from_date": "2026-03-02", "rate": "16250.50"})
    row = Rate.objects.get()
    assert (row.currency, row.from_date, row.rate) == ("USD", date(2026, 3, 2), Decimal("16250.50"))
    for values in ({"currency": "XXQ"}, {"currency": "IDR"}, {"rate": "0"}, {"rate": "much"}):
        sent = {"currency": "SGD", "from_date": "2026-03-02", "rate": "1", **values}
        assert client.post(path, sent, headers=HTMX).status_code == 422
    assert Rate.objects.count() == 1


def test_the_password_changes_only_with_the_present_one(world: World):
    client = browser(world.rani)
    client.post("/me/password/", {"old": "wrong", "password": "sebuah kalimat baru"})
    world.rani.refresh_from_db()
    assert world.rani.check_password(PASSWORD)
    client.post("/me/password/", {"old": PASSWORD, "password": "sebuah kalimat baru"})
    world.rani.refresh_from_db()
    assert world.rani.check_password("sebuah kalimat baru")
    assert client.get("/settings/profile/").status_code == 200
