from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siklus.cycle.prospecting.fit.scoring import Criterion, Cutoffs, grade_of, number_in, test_of

mark_of = test_of
del test_of  # pytest would take it for a test


@pytest.mark.parametrize(
    ("text", "number"),
    [
        (120, "120"), ("120", "120"), ("1.250.000", "1250000"), ("1,250,000", "1250000"), ("2,5 miliar", "2500000000"),
        ("Rp 2.5 miliar", "2500000000"), ("$10M", "10000000"), ("IDR 750 jt", "750000000"), ("12.5", "12.5"),
        ("1.000", "1000"), ("10-50", None), ("many", None), ("", None), (None, None), (True, None),
    ],
)  # fmt: skip
def test_a_number_is_read_as_people_write_it_and_a_range_says_none(text, number):
    assert number_in(text) == (None if number is None else Decimal(number))


@pytest.mark.parametrize(
    ("criterion", "kind", "marks"),
    [
        (Criterion("x", "one_of", ("Retail", "Bank")), "text", {"retail ": "+", "BANK": "+", "Banking": "-", "": "?"}),
        (Criterion("x", "contains", ("bank",)), "text", {"Bank Nusa": "+", "Toko": "-", None: "?"}),
        (Criterion("x", "filled"), "text", {"https://x": "+", "": "-", None: "-"}),
        (Criterion("x", "between", ("50", "200")), "number", {49: "-", 50: "+", 200: "+", 201: "-", None: "?"}),
        (Criterion("x", "at_least", ("50",)), "number", {Decimal("49.9"): "-", 50: "+", "60": "+", "few": "?"}),
        (Criterion("x", "at_most", ("2026-01-31",)), "date", {date(2026, 1, 31): "+", "2026-02-01": "-", "": "?"}),
        (Criterion("x", "one_of", ("yes",)), "yes_no", {True: "+", False: "-", None: "?"}),
        (Criterion("x", "one_of", ("A", "B")), "several", {("B", "C"): "+", ("C",): "-", (): "?"}),
    ],
)  # fmt: skip
def test_each_way_of_asking_tells_met_missed_and_unknown(criterion, kind, marks):
    test = mark_of(criterion, kind)
    assert {value: test(value) for value in marks} == marks


def test_points_make_the_share_and_the_share_makes_the_grade():
    criteria = [Criterion("a", "filled", weight=4), Criterion("b", "filled", weight=1)]
    assert grade_of(criteria, "++", Cutoffs()) == ("A", 100)
    assert grade_of(criteria, "+-", Cutoffs()) == ("A", 80)
    assert grade_of(criteria, "+?", Cutoffs(a=81)) == ("B", 80)
    assert grade_of(criteria, "-+", Cutoffs()) == ("D", 20)
    assert grade_of(criteria, ".+", Cutoffs()) == ("A", 100)  # what was not asked does not count
    assert grade_of(criteria, "..", Cutoffs()) is None


def test_a_must_have_that_is_missed_makes_d_and_one_that_is_unknown_allows_b():
    criteria = [Criterion("a", "filled", weight=9), Criterion("b", "one_of", ("x",), weight=1, must=True)]
    assert grade_of(criteria, "+-", Cutoffs()) == ("D", 90)
    assert grade_of(criteria, "+?", Cutoffs()) == ("B", 90)


CRITERIA = st.lists(
    st.tuples(st.integers(1, 10), st.booleans(), st.sampled_from("+-?.")), min_size=1, max_size=12
)


@given(CRITERIA, st.integers(0, 11))
def test_learning_that_a_criterion_is_met_never_makes_a_grade_worse(rows, place):
    criteria = [Criterion("a", "one_of", ("x",), weight, must) for weight, must, _mark in rows]
    marks = "".join(mark for _weight, _must, mark in rows)
    place %= len(marks)
    if marks[place] == ".":
        return
    before = grade_of(criteria, marks, Cutoffs())
    after = grade_of(criteria, marks[:place] + "+" + marks[place + 1 :], Cutoffs())
    assert before is not None and after is not None
    assert after[0] <= before[0] and after[1] >= before[1]
