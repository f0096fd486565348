import json
from typing import Any

import pytest
from tests.world import World, day

from siklus.config.command import main
from siklus.cycle.qualification.actions import add_ready_framework, set_qualification_rule
from siklus.cycle.qualification.models import Answer
from siklus.platform.journal.models import Entry
from siklus.records.activities.actions import log_activity
from siklus.records.deals.models import Deal


@pytest.fixture
def deal(world: World) -> Deal:
    framework = add_ready_framework(key="BANT", by=world.agus, at=day(0))
    set_qualification_rule(pipeline=world.pipeline, framework=framework, by=world.agus, at=day(0))
    return world.deal()


def printed(capsys: pytest.CaptureFixture[str], *words: object) -> Any:
    main(["qualification", *map(str, words), "--format", "json"])
    return json.loads(capsys.readouterr().out)


def test_an_answer_is_written_shown_and_taken_back(world: World, deal, capsys):
    call = log_activity(kind="call", subject="First call", deal=deal, by=world.rani, at=day(1))
    said = ("--said", "It is in the plan.", "--activity", call.pk, "--by", "rani@nusa.test")
    rows = printed(capsys, "set", deal.pk, "budget", "yes", *said)
    (budget,) = [row for row in rows if row["verdict"]]
    assert (budget["criterion"], budget["verdict"], budget["activity"]) == ("Budget", "yes", call.pk)
    entry = Entry.objects.get(name="deal.criterion_answered")
    assert (entry.by, entry.channel) == (world.rani, "command")
    assert printed(capsys, "show", deal.pk) == rows
    main(["qualification", "show", str(deal.pk)])
    assert capsys.readouterr().out.startswith("Bank Nusa, 120 seats: ")
    rows = printed(capsys, "set", deal.pk, budget["id"], "unknown")
    assert [row["verdict"] for row in rows] == [None] * len(rows)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["show", "9999"], "there is no lead or deal 9999"),
        (["set", "{deal}", "weather", "yes"], "the framework has no criterion weather; it has: Budget,"),
        (["set", "{deal}", "budget", "yes", "--activity", "9999"], "has no activity 9999"),
        (["set", "{deal}", "budget", "yes", "--by", "nobody@nusa.test"], "no active user"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_written(deal, capsys, words: list[str], said: str):
    with pytest.raises(SystemExit):
        main(["qualification", *[word.format(deal=deal.pk) for word in words]])
    assert said in capsys.readouterr().err
    assert not Answer.objects.exists()


def test_without_a_framework_the_remedy_is_said(world: World, capsys):
    with pytest.raises(SystemExit):
        main(["qualification", "show", str(world.deal().pk)])
    assert "choose one under Settings, Qualification" in capsys.readouterr().err
