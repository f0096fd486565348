"""Reports: the same numbers on the page, by the API, in a file and on the command line, and the deals behind each."""

import io
import json
import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
import python_calamine
from django.test import Client
from django.utils import timezone
from tests.world import World

from siklus.config.command import main
from siklus.insight.reports import answering
from siklus.platform.accounts.actions import issue_token
from siklus.records.deals.actions import assign_deal, lose_deal, move_deal, win_deal


@pytest.fixture
def spring(world: World) -> World:
    """Of eight deals that came 40 days ago six went on to Riset; two of them were won, one lost; one is Budi's."""
    answering.forget()
    now = timezone.now()
    deals = []
    for number in range(8):
        owner = world.budi if number == 7 else world.rani
        deals.append(
            world.deal(
                f"Deal {number}", amount=Decimal(100), owner=owner, by=owner, at=now - timedelta(days=40),
                source="Fair" if number % 2 else "Website",
            )
        )  # fmt: skip
    for deal in deals[:6]:
        move_deal(deal=deal, stage=world.stage("research"), by=world.rani, at=now - timedelta(days=30))
    for deal in deals[:2]:
        move_deal(deal=deal, stage=world.stage("closing"), by=world.rani, at=now - timedelta(days=20))
        win_deal(deal=deal, by=world.rani, at=now - timedelta(days=10))
    moved = move_deal(deal=deals[2], stage=world.stage("demo"), by=world.rani, at=now - timedelta(days=20))
    lose_deal(deal=moved, reason=world.too_expensive, by=world.rani, at=now - timedelta(days=9))
    return world


def asked(world: World, name: str, query: str = "", who: str = "bram", status: int = 200):
    _token, key = issue_token(user=getattr(world, who), name="t", by=getattr(world, who), at=timezone.now())
    answer = Client().get(
        f"/api/v1/reports{'/' + name if name else ''}{query}", headers={"Authorization": f"Bearer {key}"}
    )
    assert answer.status_code == status, answer.content
    return answer.json()


def plain(value):
    return float(value) if isinstance(value, str) and value.replace(".", "").isdigit() else value


def column(answer, key: str, table: int = 0) -> dict[str, object]:
    return {row["label"]: plain(row["cells"][key]["value"]) for row in answer["tables"][table]["rows"]}


def text(page) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).split())


def test_the_funnel_says_how_far_deals_came_by_rank_and_on_the_strict_path(spring: World):
    found = asked(spring, "funnel")
    reached = {"Prospek": 8, "Riset": 6, "Kontak": 3, "Demo": 3, "Keberatan": 2, "Penutupan": 2}
    assert column(found, "reached") == reached
    assert column(found, "went_on")["Prospek"] == 0.75
    assert column(found, "skipped")["Riset"] == 3
    strict = column(asked(spring, "funnel", "?path=strict"), "went_on")
    assert (strict["Prospek"], strict["Riset"]) == (0.75, 0.0)
    last = found["tables"][0]["rows"][-1]["cells"]["went_on"]
    assert (last["value"], last["why"]) == (None, "nothing comes after the last stage")


def test_every_surface_tells_the_same_number_and_the_list_behind_it_has_as_many(
    spring: World, client, capsys
):
    client.force_login(spring.bram)
    page = client.get("/reports/funnel/")
    assert page.status_code == 200
    link = re.search(
        r'<a class="report-number" href="([^"]+row=\d+&amp;column=reached)">6</a>', page.content.decode()
    )[1]
    behind = text(client.get(link.replace("&amp;", "&")))
    assert "Riset: Ever reached" in behind and "6 deals" in behind
    assert [f"Deal {number}" in behind for number in range(8)] == [True] * 6 + [False] * 2
    main(["report", "funnel", "--format", "json"])
    rows = json.loads(capsys.readouterr().out)
    assert [row["reached"] for row in rows] == [8, 6, 3, 3, 2, 2]
    csv = client.get("/reports/funnel/export.csv").content.decode("utf-8-sig").splitlines()
    assert csv[0].startswith("Stage,Ever reached,Of all")
    assert [line.split(",")[1] for line in csv[1:]] == ["8", "6", "3", "3", "2", "2"]
    book = python_calamine.CalamineWorkbook.from_filelike(
        io.BytesIO(client.get("/reports/funnel/export.xlsx").content)
    )
    assert book.sheet_names == ["About", "Figures", "Stage by stage"]
    assert [row[1] for row in book.get_sheet_by_name("Stage by stage").to_python()[1:]] == [8, 6, 3, 3, 2, 2]


def test_a_rep_is_counted_what_she_may_see_and_is_told_so(spring: World, client: Client):
    assert column(asked(spring, "funnel", who="rani"), "reached")["Prospek"] == 7
    assert asked(spring, "funnel", who="rani")["is_whole"] is False
    assert asked(spring, "funnel", who="ada")["is_whole"] is True
    client.force_login(spring.rani)
    assert "Only what you may see is counted." in text(client.get("/reports/funnel/"))
    assert "Budi" not in client.get("/reports/funnel/?by=owner").content.decode()


def test_a_deal_that_was_given_away_leaves_the_numbers_of_who_cannot_open_it_any_more(spring: World):
    from siklus.records.deals.models import Deal

    assign_deal(deal=Deal.objects.get(name="Deal 0"), owner=spring.budi, by=spring.bram, at=timezone.now())
    rani = asked(spring, "kpis", who="rani")
    assert next(float(one["value"]) for one in rani["figures"] if one["key"] == "won_value") == 100
    yesterday = (timezone.now() - timedelta(days=1)).date().isoformat()
    then = asked(spring, "kpis", f"?as_of={yesterday}", who="rani")
    assert next(float(one["value"]) for one in then["figures"] if one["key"] == "won_value") == 100
    boss = asked(spring, "kpis", f"?as_of={yesterday}&owner={spring.rani.pk}", who="bram")
    assert next(float(one["value"]) for one in boss["figures"] if one["key"] == "won_value") == 200


def test_numbers_are_split_by_what_deals_have_and_by_the_owner_of_that_time(spring: World):
    found = asked(spring, "funnel", "?by=source")
    assert {row["label"]: row["cells"]["entered"]["value"] for row in found["tables"][0]["rows"]} == {
        "Fair": 4, "Website": 4,
    }  # fmt: skip
    owners = column(asked(spring, "funnel", "?by=owner"), "entered")
    assert owners == {"Rani Astuti": 7, "Budi Santoso": 1}
    fair = asked(spring, "funnel", "?source=Fair")
    assert column(fair, "reached")["Prospek"] == 4


def test_two_windows_are_held_beside_each_other_and_chance_is_named(spring: World):
    begin = (timezone.now() - timedelta(days=20)).date()
    found = asked(spring, "kpis", f"?from={begin}&against={begin - timedelta(days=21)}")
    rate = next(one for one in found["figures"] if one["key"] == "win_rate")
    assert (rate["value"], rate["n"], rate["before"], rate["is_within_noise"]) == (2 / 3, 3, None, None)
    won = next(one for one in found["figures"] if one["key"] == "won_value")
    assert (won["value"], won["before"], won["difference"]) == ("200.000", 0, "200.000")


def test_a_window_of_which_nothing_is_known_is_not_held_beside_another(spring: World):
    found = asked(spring, "kpis", "?days=last_90_days&against=previous")
    assert found["notes"] == ["Nothing is compared: there is no deal yet in the window to compare with."]
    assert all(one["before"] is None for one in found["figures"])
    part = asked(spring, "kpis", "?days=last_30_days&against=previous")
    assert part["notes"][0].startswith(
        "The window to compare with is known in part only: the first deal begins on"
    )


@pytest.mark.parametrize(
    ("query", "field", "words"),
    [
        ("?by=weather", "by", "The numbers cannot be split by “weather”."),
        ("?weather=bad", "weather", "This report does not know “weather”."),
        ("?from=2026-05-01&to=2026-04-01", "from", "The window begins after its end"),
        ("?days=someday", "days", "“someday” is not a window."),
        ("?as_of=1999-01-01", "as_of", "Nothing is known of this moment: the first deal begins on"),
        ("?as_of=2099-01-01", "as_of", "has not come yet"),
        ("?as_of=2026-02-30", "as_of", "is not a day"),
        ("?known_at=soon", "known_at", "is not a moment"),
        ("?against=2099-01-01", "against", "begins before the other one"),
        ("?owner=999999", "owner", "There is no “999999”"),
        ("?path=sideways", "path", "“sideways” is not one of rank, strict."),
    ],
)
def test_what_cannot_be_asked_is_refused_with_the_field_and_the_remedy(
    spring: World, client: Client, capsys, query: str, field: str, words: str
):
    problem = asked(spring, "funnel", query, status=422)
    assert (problem["errors"][0]["field"], words in problem["title"]) == (field, True), problem
    client.force_login(spring.bram)
    page = client.get(f"/reports/funnel/{query}")
    assert (page.status_code, words in text(page)) == (422, True)


def test_a_question_about_the_past_leaves_out_what_came_later_or_was_learned_later(spring: World):
    then = (timezone.now() - timedelta(days=15)).date().isoformat()
    assert column(asked(spring, "funnel", f"?as_of={then}"), "reached")["Penutupan"] == 2
    figures = {one["key"]: one["value"] for one in asked(spring, "kpis", f"?as_of={then}")["figures"]}
    assert (figures["won_value"], figures["win_rate"]) == (0, None)
    known = {one["key"]: one["value"] for one in asked(spring, "kpis", f"?known_at={then}")["figures"]}
    assert known["won_value"] == 0


def test_reports_about_losing_waiting_and_change_tell_what_happened(spring: World):
    why = asked(spring, "lost-reasons")
    assert column(why, "deals") == {"Too expensive": 1}
    assert column(why, "value") == {"Too expensive": 100}
    stuck = asked(spring, "bottlenecks")
    assert column(stuck, "entered") == {"Demo": 1, "Riset": 6, "Prospek": 8, "Penutupan": 2}
    assert column(stuck, "value_lost")["Demo"] == 100
    change = asked(spring, "waterfall", "?close=any&days=last_90_days")
    values = column(change, "value")
    assert (values["At the start"], values["Won"], values["Ended without a win"], values["At the end"]) == (
        0,
        0,
        0,
        0,
    )
    speed = {one["key"]: one["value"] for one in asked(spring, "velocity")["figures"]}
    assert speed["open_deals"] == 0 and speed["win_rate"] == 2 / 3
    month = asked(spring, "cohorts", "?horizon=30&days=last_90_days")
    assert sum(row["cells"]["created"]["value"] for row in month["tables"][0]["rows"]) == 8


def test_the_gallery_asks_questions_and_leads_to_every_report(spring: World, client: Client):
    client.force_login(spring.rani)
    page = client.get("/reports/").content.decode()
    listed = asked(spring, "")["reports"]
    assert all(f'href="/reports/{one["name"]}/"' in page and one["question"] for one in listed)
    for one in listed:
        assert client.get(f"/reports/{one['name']}/").status_code == 200, one["name"]


def test_an_empty_company_gets_dashes_with_reasons_and_no_report_fails(world: World, client: Client):
    answering.forget()
    client.force_login(world.bram)
    for one in asked(world, "")["reports"]:
        assert client.get(f"/reports/{one['name']}/").status_code == 200, one["name"]
    rate = asked(world, "kpis")["figures"][0]
    assert (rate["value"], rate["why"]) == (None, "no deal was decided in the window")


def test_work_and_quotas_are_counted_and_a_deal_won_before_it_was_given_away_says_so(
    spring: World, client: Client
):
    from siklus.records.activities.actions import log_activity
    from siklus.records.deals.models import Deal
    from siklus.records.quotas.actions import set_quota

    now = timezone.now()
    deal = Deal.objects.get(name="Deal 0")
    log_activity(kind="call", subject="Called", deal=deal, by=spring.rani, at=now - timedelta(days=3))
    assert column(asked(spring, "activity"), "all") == {"Rani Astuti": 1}
    set_quota(
        user=spring.budi,
        amount=Decimal(1000),
        per="year",
        from_date=date(now.year, 1, 1),
        by=spring.agus,
        at=now,
    )
    mine = spring.deal(
        "Budi's", amount=Decimal(500), qualified=True, owner=spring.budi, by=spring.budi, at=now
    )
    win_deal(deal=mine, by=spring.budi, at=now)
    found = asked(spring, "attainment", "?per=year", who="budi")
    assert (column(found, "won"), column(found, "attainment")) == (
        {"Budi Santoso": 500},
        {"Budi Santoso": 0.5},
    )
    mine.refresh_from_db()
    assign_deal(deal=mine, owner=spring.rani, by=spring.bram, at=timezone.now())
    assert column(asked(spring, "attainment", "?per=year", who="budi"), "won") == {"Budi Santoso": 500}
    place = f"?per=year&table=standings&row=person-{spring.budi.pk}&column=won"
    behind = asked(spring, "attainment/deals", place, who="budi")
    assert (behind["total"], behind["hidden"], behind["deal_ids"]) == (1, 1, [])
    client.force_login(spring.budi)
    assert "1 of these deals you may not open" in text(client.get(f"/reports/attainment/deals/{place}"))


def test_a_forecast_that_cannot_be_tried_on_the_past_stays_silent_and_says_why(spring: World):
    found = asked(spring, "forecast")
    weighted = found["figures"][0]
    assert weighted["value"] is None
    assert weighted["why"].startswith("it cannot be tried on the past yet")
    assert column(found, "deals")["Won already"] in (0, 2)
    assert asked(spring, "forecast-accuracy")["figures"][0]["value"] is None
    assert asked(spring, "coverage")["figures"][0]["value"] is None
    assert asked(spring, "response-time")["figures"][0]["value"] is None


def test_numbers_are_split_by_products_and_by_own_fields(spring: World):
    from siklus.records.deals.actions import edit_deal, set_product
    from siklus.records.deals.models import Deal
    from siklus.records.fields.actions import add_field
    from siklus.records.products.actions import add_product

    now = timezone.now()
    add_field(
        record_kind="deal",
        label="Size",
        kind="choice",
        choices=["Small", "Large"],
        key="size",
        by=spring.ada,
        at=now,
    )
    kasir = add_product(name="Kasir", by=spring.ada, at=now)
    for number in (0, 1, 2):
        set_product(
            deal=Deal.objects.get(name=f"Deal {number}"),
            product=kasir,
            quantity=Decimal(1),
            by=spring.rani,
            at=now,
        )
    edit_deal(deal=Deal.objects.get(name="Deal 0"), by=spring.rani, at=now, custom={"size": "Large"})
    assert column(asked(spring, "funnel", "?by=product"), "entered") == {"none": 5, "Kasir": 3}
    assert column(asked(spring, "funnel", "?by=own.size"), "entered") == {"none": 7, "Large": 1}
    large = asked(spring, "funnel", f"?own.size=Large&product={kasir.pk}")
    assert column(large, "reached")["Penutupan"] == 1
