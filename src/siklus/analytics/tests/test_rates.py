from siklus.analytics.rates import Rate, ranked


def test_a_rate_knows_its_interval_and_whether_it_says_anything():
    rate = Rate(8, 10)
    low, high = rate.interval or (0, 0)
    assert (rate.value, round(low, 3), round(high, 3), rate.is_enough) == (0.8, 0.49, 0.943, True)
    assert (Rate(0, 0).value, Rate(0, 0).interval, Rate(4, 4).is_enough) == (None, None, False)


def test_many_cases_beat_few_lucky_ones_and_too_few_stand_last():
    rows = [("lucky", Rate(2, 2)), ("none", Rate(0, 0)), ("solid", Rate(80, 100)), ("new", Rate(5, 5))]
    assert [name for name, _ in ranked(rows)] == ["solid", "new", "lucky", "none"]
