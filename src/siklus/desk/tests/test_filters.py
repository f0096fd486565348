from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st
from tests.world import World, day

from siklus.desk.filters.clauses import join_values, split_values
from siklus.desk.filters.pages import BadCursor, page
from siklus.desk.filters.read import Filter, read_filter
from siklus.desk.filters.spans import NotADay, days_of
from siklus.desk.filters.totals import groups, totals
from siklus.records.activities.actions import plan_activity
from siklus.records.companies.actions import add_company
from siklus.records.deals.actions import assign_deal, lose_deal, move_deal, tag_deal, win_deal
from siklus.records.deals.queries import rotting_for
from siklus.records.fields.actions import add_field

NOW = day(20)


def filtered(world: World, query: str, kind: str = "deals", viewer=None) -> Filter:
    return read_filter(kind, QueryDict(query), viewer or world.ada, NOW)


def found(world: World, query: str, kind: str = "deals", viewer=None) -> list[str]:
    made = filtered(world, query, kind, viewer)
    assert made.problems == []
    return sorted(made.rows().values_list("name", flat=True))


@pytest.fixture
def many(world: World) -> World:
    """Five deals and a lead, each different in what filters ask for."""
    big = world.deal("Big", amount=Decimal(400_000_000), qualified=True, source="Webinar")
    tag_deal(deal=big, tags=["ICP", "hot"], by=world.ada, at=day(1))
    budi = world.deal("Budi's", owner=world.budi, amount=Decimal(90_000_000), qualified=True)
    plan_activity(kind="call", subject="Call", by=world.budi, deal=budi, at=day(1), due_at=day(19))
    world.deal("Nobody's", owner=None, amount=None, qualified=True, expected_close_date=date(2026, 3, 25))
    late = world.deal("Moved", amount=Decimal(5_000_000), qualified=True, source="Referral")
    move_deal(deal=late, stage=world.stage("closing"), by=world.rani, at=day(19))
    won = world.deal("Won", amount=Decimal(7_000_000), qualified=True)
    win_deal(deal=won, by=world.rani, at=day(18))
    world.deal("A lead")
    return world


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Big", "Budi's", "Moved", "Nobody's"]),
        ("status=any", ["Big", "Budi's", "Moved", "Nobody's", "Won"]),
        ("status=closed", ["Won"]),
        ("status=won,open", ["Big", "Budi's", "Moved", "Nobody's", "Won"]),
        ("owner=nobody", ["Nobody's"]),
        ("owner=!nobody", ["Big", "Budi's", "Moved"]),
        ("amount=90.000.000..", ["Big", "Budi's"]),
        ("amount=..5.000.000", ["Moved", "Nobody's"]),
        ("amount=..5%5C,000%5C,000", ["Moved", "Nobody's"]),
        ("amount=none", ["Nobody's"]),
        ("amount=!400000000", ["Budi's", "Moved", "Nobody's"]),
        ("source=webinar,Referral", ["Big", "Moved"]),
        ("source=!Webinar", ["Budi's", "Moved", "Nobody's"]),
        ("tag=icp", ["Big"]),
        ("tag=!hot", ["Budi's", "Moved", "Nobody's"]),
        ("tag=none", ["Budi's", "Moved", "Nobody's"]),
        ("close=this_month", ["Nobody's"]),
        ("close=2026-03", ["Nobody's"]),
        ("close=!this_month", ["Big", "Budi's", "Moved"]),
        ("close=none", ["Big", "Budi's", "Moved"]),
        ("next=late", ["Budi's"]),
        ("next=none", ["Big", "Moved", "Nobody's"]),
        ("days=5..", ["Big", "Budi's", "Nobody's"]),
        ("days=..4", ["Moved"]),
        ("q=big", ["Big"]),
        ("amount=90000000..&owner=nobody", []),
        ("any=owner:nobody;amount:400000000..", ["Big", "Nobody's"]),
        ("any=owner:nobody;source:Webinar&amount=1..", ["Big"]),
    ],
)
def test_a_filter_finds_exactly_what_it_says(many: World, query: str, expected: list[str]):
    assert found(many, query) == expected


def test_me_and_my_team_are_those_of_the_viewer(many: World):
    assert found(many, "owner=me", viewer=many.rani) == ["Big", "Moved"]
    assert found(many, "owner=me", viewer=many.budi) == ["Budi's"]
    assert found(many, "owner=team", viewer=many.bram) == ["Big", "Budi's", "Moved"]
    assert found(many, "owner=team", viewer=many.rani) == ["Big", "Moved"]


def test_leads_and_deals_are_told_apart(many: World):
    assert found(many, "", kind="leads") == ["A lead"]


def test_a_stage_filter_takes_several_stages(many: World):
    closing, first = many.stage("closing").pk, many.stage("prospecting").pk
    assert found(many, f"stage={closing}") == ["Moved"]
    assert found(many, f"stage={closing},{first}") == ["Big", "Budi's", "Moved", "Nobody's"]
    assert found(many, f"stage=!{first}") == ["Moved"]


def test_rotting_in_a_list_is_the_same_as_on_the_deal(many: World):
    rows = filtered(many, "status=any").base().select_related("stage")
    rotten = sorted(one.name for one in rows if rotting_for(one, NOW))
    assert rotten == ["Big", "Budi's", "Nobody's"]
    assert found(many, "rotting=yes") == rotten
    assert found(many, "rotting=no") == ["Moved"]


def test_what_is_not_understood_is_told_and_left_out(many: World):
    made = filtered(
        many, "amount=abc&nonsense=1&owner=me&stage=999999&close=soon&sort=nothing&group=name&tag=zz"
    )
    assert made.problems == [
        "Amount: “abc” is not understood.",
        "There is no filter “nonsense” here.",
        "Stage: “999999” is not understood.",
        "Expected close: “soon” is not understood.",
        "There is no tag “zz”.",
        "This list cannot be sorted by “nothing”.",
        "This list cannot be grouped by “name”.",
    ]
    assert [(one.label, one.text) for one in made.clauses] == [("Owner", "Me")]
    assert (made.sort, made.group) == ("-id", None)


def test_chips_say_what_the_filter_does(many: World):
    made = filtered(
        many, f"owner=me,nobody&amount=20000000..&stage=!{many.stage('demo').pk}&close=this_month"
    )
    said = [(one.label, one.text.replace("\xa0", " ")) for one in made.clauses]
    assert said == [
        ("Owner", "Me or Nobody"),
        ("Amount", "≥ Rp 20M"),
        ("Stage", "not Demo"),
        ("Expected close", "This month"),
    ]


@pytest.mark.parametrize(
    "query",
    [
        "owner=me,nobody&amount=20000000..",
        "source=!Web%5C%2C+really&sort=-amount&group=owner",
        "any=owner:me;amount:1..2&any=source:A%5C;B&layout=board",
        "cols=stage,amount&view=3",
    ],
)
def test_a_filter_written_back_reads_the_same(many: World, query: str):
    made = filtered(many, query)
    again = filtered(many, made.query())
    assert made.problems == again.problems == []
    assert again.pairs() == made.pairs()
    assert str(again.q) == str(made.q)


def test_what_a_form_sends_in_parts_is_one_filter(many: World):
    made = filtered(
        many, "amount.from=10&amount.to=20&owner=me&owner=nobody&owner.not=1&close.from=&close.to="
    )
    assert made.query() == "owner=!me,nobody&amount=10..20"


@given(st.lists(st.text(alphabet="ab,;\\ :", min_size=1, max_size=6).map(str.strip).filter(bool), max_size=4))
def test_values_survive_being_joined_and_split(values: list[str]):
    assert split_values(join_values(values)) == values


def test_own_fields_can_be_filtered_and_sorted(world: World):
    at = day(0)
    add_field(record_kind="deal", label="Seats", kind="number", by=world.ada, at=at)
    add_field(
        record_kind="deal", label="Module", kind="multi_choice", choices=["A", "Öl"], by=world.ada, at=at
    )
    add_field(record_kind="deal", label="Pilot", kind="yes_no", by=world.ada, at=at)
    add_field(record_kind="deal", label="Go live", kind="date", by=world.ada, at=at)
    values = [
        ("One", {"seats": "9", "module": "A", "pilot": "yes", "go_live": "2026-04-01"}),
        ("Two", {"seats": "10.5", "module": "A;Öl", "pilot": "no", "go_live": "2026-03-03"}),
        ("Three", {}),
    ]
    for name, custom in values:
        world.deal(name, custom=custom, qualified=True)
    assert found(world, "own.seats=10..") == ["Two"]
    assert found(world, "own.seats=..9") == ["One"]
    assert found(world, "own.seats=none") == ["Three"]
    assert found(world, "own.module=Öl") == ["Two"]
    assert found(world, "own.module=A") == ["One", "Two"]
    assert found(world, "own.pilot=yes") == ["One"]
    assert found(world, "own.go_live=..2026-03-31") == ["Two"]
    for sort, expected in (
        ("own.seats", ["One", "Two", "Three"]),
        ("-own.seats", ["Two", "One", "Three"]),
        ("own.go_live", ["Two", "One", "Three"]),
    ):
        rows = page(filtered(world, f"sort={sort}"), ["name"]).rows
        assert [row["name"] for row in rows] == expected


def test_companies_and_contacts_have_their_own_columns(world: World):
    for name, city in (("Kopi Ranah", "Padang"), ("Bank Nusa", "Jakarta")):
        add_company(name=name, city=city, owner=world.rani, by=world.ada, at=day(0), employees=40)
    assert found(world, "city=padang", kind="companies") == ["Kopi Ranah"]
    assert found(world, "employees=50..", kind="companies") == []
    assert filtered(world, "amount=1", kind="companies").problems == ["There is no filter “amount” here."]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("today", (date(2026, 5, 14), date(2026, 5, 14))),
        ("this_week", (date(2026, 5, 11), date(2026, 5, 17))),
        ("last_month", (date(2026, 4, 1), date(2026, 4, 30))),
        ("next_quarter", (date(2026, 7, 1), date(2026, 9, 30))),
        ("last_year", (date(2025, 1, 1), date(2025, 12, 31))),
        ("last_7_days", (date(2026, 5, 8), date(2026, 5, 14))),
        ("past", (None, date(2026, 5, 13))),
        ("2026-12", (date(2026, 12, 1), date(2026, 12, 31))),
        ("2026-05-01..", (date(2026, 5, 1), None)),
    ],
)
def test_days_as_people_say_them(text: str, expected):
    assert days_of(text, date(2026, 5, 14)) == expected


@pytest.mark.parametrize("text", ["soon", "2026-13", "..", "2026-05-01..x", "last_0x_days", "99999-01"])
def test_what_is_no_day_is_refused(text: str):
    with pytest.raises(NotADay):
        days_of(text, date(2026, 5, 14))


SORTS = [
    "id",
    "-id",
    "name",
    "-name",
    "amount",
    "-amount",
    "close",
    "-close",
    "owner",
    "-owner",
    "next",
    "-days",
]


@pytest.fixture
def crowd(world: World) -> World:
    """Deals with equal and with missing values in every column."""
    owners = [world.rani, world.budi, None]
    for number in range(23):
        world.deal(
            f"Deal {number % 5}",
            owner=owners[number % 3],
            amount=Decimal(number % 4 * 1000) if number % 4 else None,
            expected_close_date=date(2026, 3, 1) + timedelta(days=number % 6 * 20) if number % 3 else None,
            qualified=True,
            at=day(number % 2),
        )
    return world


@pytest.mark.parametrize("group", ["", "owner", "close", "stage", "source", "created"])
@pytest.mark.parametrize("sort", SORTS)
def test_pages_show_every_row_exactly_once_forwards_and_back(crowd: World, sort: str, group: str):
    made = filtered(crowd, f"sort={sort}&group={group}")
    walked, after, last = [], "", None
    while True:
        last = page(made, ["id"], after=after, size=4)
        walked.append([row["id"] for row in last.rows])
        if not last.after:
            break
        after = last.after
    flat = [pk for rows in walked for pk in rows]
    assert len(flat) == 23 == len(set(flat))
    back, before = [walked[-1]], last.before
    while before:
        one = page(made, ["id"], before=before, size=4)
        back.insert(0, [row["id"] for row in one.rows])
        before = one.before
    assert [pk for rows in back for pk in rows] == flat


@pytest.mark.parametrize("size", [1, 4, 50])
@pytest.mark.parametrize("group", ["owner", "close", "stage", "created"])
@pytest.mark.parametrize("sort", ["-id", "name", "-amount"])
def test_knowing_the_size_of_each_group_changes_no_page(crowd: World, sort: str, group: str, size: int):
    made = filtered(crowd, f"sort={sort}&group={group}")
    counts = {key: one.count for key, one in groups(made).items()}
    assert sum(counts.values()) == 23
    shown = page(made, ["id"], size=size)
    assert page(made, ["id"], size=size, counts=counts) == shown
    while shown.after:
        after = shown.after
        shown = page(made, ["id"], after=after, size=size)
        assert page(made, ["id"], after=after, size=size, counts=counts) == shown
    while shown.before:
        before = shown.before
        shown = page(made, ["id"], before=before, size=size)
        assert page(made, ["id"], before=before, size=size, counts=counts) == shown


def test_a_page_stays_where_it_is_when_rows_are_added_before_it(crowd: World):
    made = filtered(crowd, "sort=-id")
    first = page(made, ["id"], size=4)
    second = page(made, ["id"], after=first.after, size=4)
    crowd.deal("Newest", qualified=True)
    assert page(made, ["id"], after=first.after, size=4).rows == second.rows


@pytest.mark.parametrize("cursor", ["nonsense", "WzFd", "bnVsbA", "W3sidCI6MX0sMV0", "é"])
def test_a_cursor_of_somebody_else_is_refused(crowd: World, cursor: str):
    with pytest.raises(BadCursor):
        page(filtered(crowd, "sort=name"), ["id"], after=cursor)


def test_totals_are_exact_and_say_when_they_are_bounded(many: World):
    made = filtered(many, "")
    whole = totals(made)
    assert (whole.count, whole.total) == (4, Decimal(495_000_000))
    assert whole.weighted == Decimal(40_000_000) + Decimal(9_000_000) + Decimal(3_750_000)
    assert totals(made, bound=None) == whole
    assert totals(made, bound=4) == whole
    few = totals(made, bound=3)
    assert (few.count, few.is_bounded) == (3, True)


def test_budi_counts_only_what_he_may_see(many: World):
    mine = totals(filtered(many, "", viewer=many.budi))
    assert (mine.count, mine.total) == (2, Decimal(90_000_000))
    assert found(many, "", viewer=many.budi) == ["Budi's", "Nobody's"]


def test_disqualified_leads_are_closed_leads(many: World):
    lead = filtered(many, "", kind="leads").rows().get()
    lose_deal(deal=lead, reason=many.too_expensive, status="disqualified", by=many.rani, at=day(2))
    assert found(many, "", kind="leads") == []
    assert found(many, "status=disqualified", kind="leads") == ["A lead"]
    assign_deal(deal=lead, owner=many.budi, by=many.ada, at=day(3))
    assert found(many, "status=closed", kind="leads", viewer=many.rani) == []


def test_what_ever_reached_a_stage_is_found_wherever_it_stands_now(many: World):
    demo, first = many.stage("demo").pk, many.stage("prospecting").pk
    assert found(many, f"reached={demo}") == ["Moved"]
    back = filtered(many, f"reached={demo}").rows().get()
    move_deal(deal=back, stage=many.stage("research"), by=many.rani, at=day(19.5))
    assert found(many, f"reached={demo}") == ["Moved"]
    assert found(many, f"reached=!{demo}") == ["Big", "Budi's", "Nobody's"]
    assert "A lead" in found(many, f"reached={first}&status=any")
    assert found(many, f"reached={first}", kind="leads") == ["A lead"]
    assert found(many, f"reached={first}&status=any", viewer=many.budi) == ["Budi's", "Nobody's"]
    for wrong in ("none", "999999", "x"):
        assert filtered(many, f"reached={wrong}").problems
