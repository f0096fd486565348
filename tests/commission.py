"""The commission command at work on files: plan and rows in, its JSON out. No database, in this process."""

import json
from collections.abc import Iterable, Sequence
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

from siklus.config.command import main


class Desk:
    """A folder with a plan and its files; `pays` calculates, `posts` also keeps the result for later periods."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files: dict[str, str] = {}
        self.ledger: list[str] = []

    def plan(self, components: Sequence[dict[str, Any]], **more: Any) -> "Desk":
        document = {"plan": "ae", "currency": "USD", "period": "month", "components": components, **more}
        return self.write("plan", json.dumps(document))

    def events(self, head: str, *rows: str) -> "Desk":
        return self.write("events", "\n".join([head, *rows]))

    def sales(self, *amounts: object, person: str = "ani", month: str = "2027-01") -> "Desk":
        """Events of one person, one a day."""
        rows = [f"{month}-e{place},{month}-{place:02},{person},{one}" for place, one in enumerate(amounts, 1)]
        return self.events("id,date,person,amount", *rows)

    def people(self, head: str, *rows: str) -> "Desk":
        return self.write("people", "\n".join([head, *rows]))

    def rates(self, *rows: str) -> "Desk":
        return self.write("rates", "\n".join(["date,from,to,rate,source", *rows]))

    def write(self, what: str, content: str) -> "Desk":
        path = self.folder / (what + (".yaml" if what == "plan" else ".csv"))
        path.write_text(content, encoding="utf-8")
        self.files[what] = str(path)
        return self

    def pays(self, period: str = "2027-01") -> "Paid":
        arguments = ["commission", "calculate", "--period", period, "--format", "json"]
        for what, path in self.files.items():
            arguments += [f"--{what}", path]
        for path in self.ledger:
            arguments += ["--ledger", path]
        out = StringIO()
        with redirect_stdout(out):
            main(arguments)
        return Paid(json.loads(out.getvalue()))

    def posts(self, period: str = "2027-01") -> "Paid":
        paid = self.pays(period)
        path = self.folder / f"result{len(self.ledger)}.json"
        path.write_text(json.dumps(paid.found))
        self.ledger.append(str(path))
        return paid


class Paid:
    """A result of the command, asked for its figures."""

    def __init__(self, found: dict[str, Any]) -> None:
        self.found = found
        self.lines = found["lines"]

    def earned(self, component: str = "") -> list[str]:
        return [one["earned"] for one in self.of("earning") if component in ("", one["component"])]

    def of(self, *kinds: str) -> list[dict[str, Any]]:
        return [one for one in self.lines if one["kind"] in kinds]

    def payable(self, *kinds: str) -> list[str]:
        return [one["payable"] for one in self.of(*kinds)]

    def statement(self, person: str = "ani") -> dict[str, str]:
        return next(one for one in self.found["statements"] if one["person"] == person)

    def payout(self, person: str = "ani") -> str:
        return self.statement(person)["payout"]

    def payouts(self) -> dict[str, str]:
        return {one["person"]: one["payout"] for one in self.found["statements"]}

    def standing(self, person: str = "ani") -> dict[str, Any]:
        return next(one for one in self.found["standings"] if one["person"] == person)

    def pieces(self) -> list[str]:
        return [piece["pay"] for one in self.of("earning") for piece in one["pieces"]]


def tiers(mode: str, *rows: Iterable[str], **more: Any) -> dict[str, Any]:
    return {"mode": mode, "rows": [list(row) for row in rows], **more}


def spreads(folder: Path, *rows: str, per: str = "year") -> dict[str, Any]:
    """`siklus commission spread` on costs."""
    path = folder / "costs.csv"
    head = "id,date,amount,incremental,term_months,expected_renewal_months,commensurate"
    path.write_text("\n".join([head, *rows]))
    out = StringIO()
    with redirect_stdout(out):
        main(["commission", "spread", "--costs", str(path), "--per", per])
    return json.loads(out.getvalue())
