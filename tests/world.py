"""The small world that the tests share, built through our own actions.

Rani sells in Jakarta, Budi sells in Surabaya, Bram leads Sales (both teams), Agus runs operations, Dewi looks after
customers, Putri looks after people, Ada administers. The pipeline “B2B” has six stages, one of each kind.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from siklus.platform.accounts.actions import add_team, add_user
from siklus.platform.accounts.models import Team, User
from siklus.platform.installation.current import found_installation
from siklus.records.deals.actions import add_lost_reason, add_pipeline, add_stage, create_deal
from siklus.records.deals.models import Deal, LostReason, Pipeline, Stage

START = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)  # a Monday, nine in the morning in Jakarta
PASSWORD = "benar-sekali-kuda"


def day(number: float) -> datetime:
    """The moment so many days after the world began."""
    return START + timedelta(days=number)


@dataclass
class World:
    ada: User
    agus: User
    bram: User
    rani: User
    budi: User
    dewi: User
    putri: User
    sales: Team
    jakarta: Team
    surabaya: Team
    pipeline: Pipeline
    stages: dict[str, Stage] = field(default_factory=dict)
    too_expensive: LostReason | None = None

    def stage(self, kind: str) -> Stage:
        return self.stages[kind]

    def deal(self, name: str = "Bank Nusa, 120 seats", **values: Any) -> Deal:
        values.setdefault("owner", self.rani)
        values.setdefault("by", self.rani)
        values.setdefault("at", day(1))
        return create_deal(name=name, **values)


STAGES = [
    ("Prospek", "prospecting", 10, 14),
    ("Riset", "research", 15, 10),
    ("Kontak", "contact", 25, 7),
    ("Demo", "demo", 40, 10),
    ("Keberatan", "objections", 55, 10),
    ("Penutupan", "closing", 75, 14),
]


def build_world(currency: str = "IDR") -> World:
    found_installation(name="Nusa Digital", currency=currency, time_zone="Asia/Jakarta", at=START)
    ada = add_user(
        email="ada@nusa.test", name="Ada Admin", role="admin", by=None, at=START, password=PASSWORD
    )
    sales = add_team(name="Sales", by=ada, at=START)
    jakarta = add_team(name="Jakarta", parent=sales, by=ada, at=START)
    surabaya = add_team(name="Surabaya", parent=sales, by=ada, at=START)

    def person(email: str, name: str, role: str, team: Team | None = None) -> User:
        return add_user(email=email, name=name, role=role, team=team, by=ada, at=START, password=PASSWORD)

    world = World(
        ada=ada,
        agus=person("agus@nusa.test", "Agus Operasi", "operations"),
        bram=person("bram@nusa.test", "Bram Wijaya", "manager", sales),
        rani=person("rani@nusa.test", "Rani Astuti", "rep", jakarta),
        budi=person("budi@nusa.test", "Budi Santoso", "rep", surabaya),
        dewi=person("dewi@nusa.test", "Dewi Lestari", "success"),
        putri=person("putri@nusa.test", "Putri Ayu", "people"),
        sales=sales,
        jakarta=jakarta,
        surabaya=surabaya,
        pipeline=add_pipeline(name="B2B", by=ada, at=START),
    )
    for name, kind, probability, rotting in STAGES:
        world.stages[kind] = add_stage(
            pipeline=world.pipeline, name=name, kind=kind, probability=probability, rotting_days=rotting,
            by=ada, at=START,
        )  # fmt: skip
    world.too_expensive = add_lost_reason(name="Too expensive", by=ada, at=START)
    add_lost_reason(name="Budget frozen", status="no_decision", by=ada, at=START)
    add_lost_reason(name="Not a fit", status="disqualified", by=ada, at=START)
    return world
