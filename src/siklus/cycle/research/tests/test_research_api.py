"""Programs, the command line and automations research as people do."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone
from tests.site import HOST, Site, bank_site
from tests.test_api import Program
from tests.world import World, day

from siklus.config.command import main
from siklus.cycle.research.actions import CannotChangeDossier
from siklus.cycle.research.models import Finding, WebsiteReading
from siklus.cycle.research.tasks import read_websites
from siklus.records.companies.actions import add_company, edit_company
from siklus.records.companies.models import Company
from siklus.records.contacts.actions import add_contact
from siklus.records.deals.steps import Occasion, step_named


@pytest.fixture
def site(settings, monkeypatch) -> Iterator[Site]:
    with bank_site(monkeypatch, settings) as one:
        yield one


@pytest.fixture
def bank(world: World) -> Company:
    return add_company(name="PT Bank Nusa", owner=world.rani, by=world.rani, at=timezone.now())


def printed(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    main([*words, "--format", "json"])
    return json.loads(capsys.readouterr().out)


def test_a_program_notes_reads_and_withdraws_what_is_known(world: World, bank):
    rani, budi = Program(world.rani), Program(world.budi)
    body = {
        "company_id": bank.pk,
        "section": "growth",
        "attribute": "Headcount",
        "value": "120",
        "confidence": 3,
    }
    made = rani.call("POST", "/findings", body)
    assert (made.status_code, made.json()["method"], made.json()["by_id"]) == (201, "api", world.rani.pk)
    rani.call("PUT", f"/dossiers/companies/{bank.pk}/relevance", {"text": "They open branches."})
    told = rani.call("GET", f"/dossiers/companies/{bank.pk}").json()
    assert (told["why"], [one["value"] for one in told["lines"]], told["reading"]) == (
        "They open branches.",
        ["120"],
        None,
    )
    path = f"/findings/{made.json()['id']}"
    assert budi.call("GET", path).status_code == 404
    assert budi.call("POST", f"{path}/withdraw", {}).status_code == 404
    gone = rani.call("POST", f"{path}/withdraw", {"why": "wrong bank"}).json()
    assert gone["withdrawn_why"] == "wrong bank"
    assert rani.call("GET", f"/dossiers/companies/{bank.pk}").json()["lines"] == []
    assert rani.call("POST", "/findings", {**body, "value": " "}).json()["errors"][0]["field"] == "value"


def test_a_dossier_of_a_person_is_read_the_same_way(world: World, bank):
    sri = add_contact(name="Sri", company=bank, owner=world.rani, by=world.rani, at=day(0))
    rani = Program(world.rani)
    body = {"contact_id": sri.pk, "section": "background", "attribute": "School", "value": "ITB"}
    assert rani.call("POST", "/findings", body).status_code == 201
    assert [one["value"] for one in rani.call("GET", f"/dossiers/contacts/{sri.pk}").json()["lines"]] == [
        "ITB"
    ]
    assert Program(world.budi).call("GET", f"/dossiers/contacts/{sri.pk}").status_code == 404


def test_a_program_has_a_website_read_and_takes_a_value_over(world: World, bank, site):
    rani = Program(world.rani)
    path = f"/dossiers/companies/{bank.pk}/website-reading"
    assert rani.call("POST", path).json()["errors"][0]["field"] == "website"
    assert rani.call("GET", path).status_code == 404
    edit_company(company=bank, website=site.url(host=HOST), city="Bogor", by=world.rani, at=timezone.now())
    asked = rani.call("POST", path)
    assert (asked.status_code, asked.json()["state"]) == (202, "waiting")
    assert Program(world.putri).call("POST", path).status_code == 403
    assert Program(world.budi).call("POST", path).status_code == 404
    read_websites()
    told = rani.call("GET", path).json()
    assert (told["state"], told["said"]) == ("done", "3 pages read, 9 new values.")
    assert told["wrote"] == ["country", "description", "founded_year", "industry", "phone"]
    lines = rani.call("GET", f"/dossiers/companies/{bank.pk}").json()["lines"]
    (city,) = [one for one in lines if one["proposes"]]
    assert (city["proposes"], city["value"]) == ("city", "Jakarta")
    assert rani.call("POST", f"/findings/{city['id']}/take-over").status_code == 200
    assert rani.call("GET", f"/companies/{bank.pk}").json()["city"] == "Jakarta"
    assert rani.call("POST", path).status_code == 422


def test_a_program_does_the_research_of_a_deal(world: World, bank):
    agus, rani = Program(world.agus), Program(world.rani)
    deal = world.deal(company=bank)
    checklist = f"/research-checklists/{world.pipeline.pk}"
    assert rani.call("POST", f"{checklist}/items", {"label_en": "Who decides?"}).status_code == 403
    item = agus.call("POST", f"{checklist}/items", {"label_en": "Who decides?"}).json()
    assert (
        agus.call("PATCH", f"/research-checklists/items/{item['id']}", {"section": "weather"}).status_code
        == 422
    )
    assert agus.call("PUT", f"{checklist}/rule", {"is_demanded": True}).json()["is_demanded"] is True
    path = f"/research/{deal.pk}"
    assert [one["is_done"] for one in rani.call("GET", path).json()["steps"]] == [False]
    assert rani.call("PUT", f"{path}/items/{item['id']}").json()["steps"][0]["is_done"] is True
    assert rani.call("DELETE", f"{path}/items/{item['id']}").json()["steps"][0]["is_done"] is False
    rival = rani.call("POST", "/competitors", {"name": "Mitra Sistem"}).json()
    told = rani.call("PUT", f"{path}/rivals/{rival['id']}", {"standing": "ahead"}).json()
    assert told["rivals"] == [{"competitor_id": rival["id"], "name": "Mitra Sistem", "standing": "ahead"}]
    assert rani.call("DELETE", f"{path}/rivals/{rival['id']}").json()["rivals"] == []
    changed = rani.call("PATCH", f"/competitors/{rival['id']}", {"weaknesses": "Slow"}, **{"If-Match": '"1"'})
    assert (changed["ETag"], changed.json()["weaknesses"]) == ('"2"', "Slow")
    assert (
        rani.call("PATCH", f"/competitors/{rival['id']}", {"name": "X"}, **{"If-Match": '"1"'}).status_code
        == 412
    )
    assert rani.call("DELETE", f"/competitors/{rival['id']}").status_code == 403
    assert agus.call("DELETE", f"/competitors/{rival['id']}").status_code == 204
    assert rani.call("GET", "/competitors").json() == []
    assert agus.call("DELETE", f"/research-checklists/items/{item['id']}").status_code == 204
    assert Program(world.budi).call("GET", path).status_code == 404


def test_the_command_line_notes_and_shows_a_dossier(world: World, bank, capsys):
    words = ("--section", "growth", "--about", "Headcount", "--seen", "2026-03-01")
    (row,) = printed(
        capsys, "research", "add", "bank nusa", *words, "--value", "120", "--by", "rani@nusa.test"
    )
    assert (row["value"], row["seen"], Finding.objects.get().by) == ("120", "2026-03-01", world.rani)
    printed(
        capsys,
        "research",
        "add",
        str(bank.pk),
        "--section",
        "growth",
        "--about",
        "headcount",
        "--value",
        "140",
    )
    assert [one["value"] for one in printed(capsys, "research", "show", "Bank Nusa")] == ["140"]
    assert [one["value"] for one in printed(capsys, "research", "show", "Bank Nusa", "--history")] == [
        "140",
        "120",
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["show", "Bank Lain"], "there is no company Bank Lain"),
        (["enrich", "Bank Nusa"], "PT Bank Nusa has no website yet"),
        (
            ["add", "Bank Nusa", "--section", "weather", "--about", "a", "--value", "b"],
            "is no part of a dossier",
        ),
        (
            ["add", "Bank Nusa", "--section", "news", "--about", "a", "--value", "b", "--seen", "now"],
            "is not a day",
        ),
    ],
)
def test_the_command_line_says_what_is_wrong(world: World, bank, capsys, words: list[str], said: str):
    with pytest.raises(SystemExit):
        main(["research", *words])
    assert said in capsys.readouterr().err
    assert not Finding.objects.exists() and not WebsiteReading.objects.exists()


def test_the_command_line_reads_a_website_at_once(world: World, bank, site, capsys):
    edit_company(company=bank, website=site.url(host=HOST), by=world.rani, at=timezone.now())
    rows = printed(capsys, "research", "enrich", str(bank.pk))
    assert {one["about"]: one["value"] for one in rows}["Phone"] == "+62 21 55512345"
    bank.refresh_from_db()
    assert bank.phone == "+62 21 55512345"
    with pytest.raises(SystemExit):
        main(["research", "enrich", str(bank.pk)])
    assert "less than an hour ago" in capsys.readouterr().err


def test_an_automation_has_the_website_of_a_deals_company_read(world: World, bank):
    step = step_named("read_website")
    assert step is not None and step.said(step.clean({})) == "have the company's website read"
    occasion = Occasion(timezone.now(), 1, "New leads")
    with pytest.raises(CannotChangeDossier, match="has no company"):
        step.do(world.deal("Alone"), {}, occasion)
    with pytest.raises(CannotChangeDossier, match="has no website"):
        step.do(world.deal(company=bank), {}, occasion)
    edit_company(company=bank, website="banknusa.test", by=world.rani, at=timezone.now())
    step.do(world.deal("Second", company=Company.objects.get(pk=bank.pk)), {}, occasion)
    assert (WebsiteReading.objects.get().company, WebsiteReading.objects.get().by) == (bank, None)
