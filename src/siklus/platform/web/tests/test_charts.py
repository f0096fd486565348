import pytest

from siklus.platform.web import charts


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0, 10, [0, 2.5, 5, 7.5, 10]),
        (0, 612, [0, 200, 400, 600, 800]),
        (0, 0, [0, 0.25, 0.5, 0.75, 1]),
        (-30, 100, [-50, 0, 50, 100]),
        (0, 0.29, [0, 0.1, 0.2, 0.3]),
        (3, 3, [3, 3.25, 3.5, 3.75, 4]),
    ],
)
def test_ticks_are_round_numbers_around_the_values(low, high, expected):
    assert charts.nice_ticks(low, high, 4) == pytest.approx(expected)


def test_ticks_of_counts_are_whole():
    assert charts.nice_ticks(0, 3, 4, whole=True) == [0, 1, 2, 3]


def test_ticks_always_enclose_their_values():
    for low, high in ((-7.3, 0), (0, 1e12), (1e-6, 3e-6), (-1234, 987)):
        ticks = charts.nice_ticks(low, high)
        assert ticks[0] <= low and ticks[-1] >= high
        assert 2 <= len(ticks) <= 9


def test_a_scale_is_a_straight_line():
    scale = charts.Scale(0, 100, 200, 0)
    assert (scale(0), scale(50), scale(100)) == (200, 100, 0)
    assert charts.Scale(5, 5, 7, 9)(5) == 7


def test_stacked_bars_stand_on_one_another():
    plan = charts.bar_layout(["a"], [{"values": [30]}, {"values": [20]}], stacked=True)
    below, above = plan.marks
    assert above.y + above.height == pytest.approx(below.y)
    assert below.y + below.height == pytest.approx(plan.zero)


def test_bars_below_zero_hang_from_it():
    plan = charts.bar_layout(["a", "b"], [{"values": [10, -5]}])
    assert plan.marks[0].y + plan.marks[0].height == pytest.approx(plan.zero)
    assert plan.marks[1].y == pytest.approx(plan.zero)


def test_grouped_bars_do_not_touch():
    first, second = charts.bar_layout(["a"], [{"values": [1]}, {"values": [2]}]).marks
    assert first.x + first.width < second.x


def test_labels_give_way_when_there_are_too_many():
    plan = charts.bar_layout([f"week {n}" for n in range(52)], [{"values": [1] * 52}])
    assert len(plan.labels) < 20 and len(plan.marks) == 52


def test_an_unknown_value_leaves_a_gap_in_the_line():
    plan = charts.line_layout(list("abcde"), [{"values": [1, 2, None, 3, 4]}])
    assert len(plan.lines[0][2]) == 2
    assert len(plan.marks) == 4


def test_a_funnel_tells_the_share_that_went_on():
    funnel = charts.funnel_layout([{"label": "a", "value": 200}, {"label": "b", "value": 50}])
    assert funnel.steps[0].share_of_previous is None
    assert funnel.steps[1].share_of_previous == 0.25
    assert funnel.steps[1].points == "" and funnel.steps[0].points


def test_charts_of_nothing_do_not_fail():
    charts.bar_layout([], [])
    charts.line_layout([], [{"values": []}])
    charts.row_layout([])
    assert (
        charts.funnel_layout([{"label": "a", "value": 0}, {"label": "b", "value": 0}]).steps[1].share_of_first
        is None
    )
    assert charts.spark_layout([]) == ("", 0.0, 0.0)
    assert charts.spark_layout([4, 4])[0]
