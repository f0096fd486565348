from decimal import Decimal as D

import pytest
from tests.test_api import Program
from tests.world import World, day

from siklus.cycle.closing.actions import set_discount_limits
from siklus.records.products.actions import add_product
from siklus.records.products.models import Product


@pytest.fixture
def seat(world: World) -> Product:
    return add_product(name="Seat", price=D(3_500_000), by=world.agus, at=day(0))


def test_a_quote_goes_from_a_draft_to_a_yes(world: World, seat):
    set_discount_limits(limits={"rep": D(10)}, by=world.agus, at=day(0))
    rani, bram, budi, deal = Program(world.rani), Program(world.bram), Program(world.budi), world.deal()
    lines = [{"product_id": seat.pk, "quantity": "10", "percent": "20"}]
    made = rani.call("POST", "/quotes", {"deal_id": deal.pk, "lines": lines}, **{"Idempotency-Key": "one"})
    assert made.status_code == 201
    quote = made.json()
    path = f"/quotes/{quote['id']}"
    (version,) = quote["versions"]
    assert (version["net"], version["tax"], version["total"]) == ("28000000", "3080000", "31080000")
    assert version["lines"][0]["gross"] == "35000000"
    assert budi.call("GET", path).status_code == 404
    assert rani.call("POST", f"{path}/send").status_code == 422
    assert rani.call("POST", f"{path}/ask-approval").json()["versions"][0]["approval"] == "asked"
    assert rani.call("POST", f"{path}/approve", {}).status_code == 422
    assert bram.call("POST", f"{path}/approve", {"note": "Go"}).json()["versions"][0]["approval"] == "given"
    sent = rani.call("POST", f"{path}/send")
    assert (sent.status_code, sent.json()["state"]) == (200, "sent")
    stale = rani.call("PATCH", path, {"intro": "x"}, **{"If-Match": '"1"'})
    assert stale.status_code == 412
    answered = rani.call("POST", f"{path}/accept", {"name": "Hendra", "note": "By phone"})
    assert (answered.json()["state"], answered.json()["versions"][0]["decided_name"]) == (
        "accepted",
        "Hendra",
    )
    deal.refresh_from_db()
    assert deal.amount == D(28_000_000)
    assert [one["id"] for one in rani.call("GET", "/quotes?state=accepted").json()["items"]] == [quote["id"]]
    assert budi.call("GET", "/quotes").json()["items"] == []


def test_a_change_of_what_was_sent_is_the_next_version(world: World):
    rani, deal = Program(world.rani), world.deal()
    lines = [{"title": "Work", "unit_price": "100"}]
    quote = rani.call("POST", "/quotes", {"deal_id": deal.pk, "lines": lines, "language": "id"}).json()
    path = f"/quotes/{quote['id']}"
    rani.call("POST", f"{path}/send")
    changed = rani.call("PATCH", path, {"lines": [{"title": "Work", "unit_price": "90"}]}).json()
    assert [(one["number"], one["state"], one["net"]) for one in changed["versions"]] == [
        (2, "draft", "90"), (1, "sent", "100"),
    ]  # fmt: skip
    assert (
        rani.call("POST", f"{path}/decline", {"name": "Hendra"}).json()["versions"][1]["state"] == "declined"
    )
    assert rani.call("POST", f"{path}/withdraw", {"note": "No"}).json()["state"] == "withdrawn"


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ({"product_id": 999_999}, "lines.0.product_id"), ({"title": ""}, "line0"),
        ({"title": "Work", "unit_price": "0.5"}, "line0"),
    ],
)  # fmt: skip
def test_a_line_that_cannot_be_is_named(world: World, line, field):
    answer = Program(world.rani).call("POST", "/quotes", {"deal_id": world.deal().pk, "lines": [line]})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


def test_prices_taxes_and_limits_are_for_operations(world: World, seat):
    agus, rani = Program(world.agus), Program(world.rani)
    price = {"currency": "USD", "amount": "210", "from_date": "2026-01-01"}
    assert rani.call("POST", f"/products/{seat.pk}/prices", price).status_code == 403
    assert agus.call("POST", f"/products/{seat.pk}/prices", price).status_code == 201
    assert rani.call("GET", f"/products/{seat.pk}/prices").json() == [price]
    tax = {"name": "PPN", "rate": "11", "base_numerator": 1, "base_denominator": 1, "from_date": "2026-01-01"}
    assert rani.call("POST", "/tax-rates", tax).status_code == 403
    assert agus.call("POST", "/tax-rates", tax).status_code == 201
    assert [D(one["rate"]) for one in rani.call("GET", "/tax-rates").json()] == [D(11)]
    assert rani.call("PATCH", "/quote-settings", {"prefix": "X"}).status_code == 403
    body = {"prefix": "ND", "discount_limits": {"rep": "10"}}
    settings = agus.call("PATCH", "/quote-settings", body).json()
    assert (settings["prefix"], {k: D(v) for k, v in settings["discount_limits"].items()}) == (
        "ND", {"rep": D(10)},
    )  # fmt: skip
    wrong = agus.call("PATCH", "/quote-settings", {"prefix": "no!", "discount_limits": {"rep": "20"}})
    assert wrong.status_code == 422
    kept = rani.call("GET", "/quote-settings").json()
    assert D(kept["discount_limits"]["rep"]) == D(10)  # both or none
