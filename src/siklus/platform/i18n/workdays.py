"""Working days: weekdays that are no public holiday of the country (Indonesia's with the joint leave days)."""

from datetime import date, timedelta
from functools import lru_cache

import holidays


@lru_cache(maxsize=64)
def _free_days(country: str, year: int) -> frozenset[date]:
    categories = ("public", "government") if country == "ID" else ("public",)
    try:
        found = holidays.country_holidays(country, years=year, categories=categories)
    except (NotImplementedError, ValueError):
        return frozenset()
    return frozenset(found)


def is_working_day(day: date, country: str = "ID") -> bool:
    """Monday to Friday, and no holiday."""
    return day.weekday() < 5 and day not in _free_days(country, day.year)


def add_working_days(day: date, count: int, country: str = "ID") -> date:
    """The day so many working days later; with 0 the day itself, or the next one that is worked."""
    while not is_working_day(day, country):
        day += timedelta(days=1)
    for _ in range(count):
        day += timedelta(days=1)
        while not is_working_day(day, country):
            day += timedelta(days=1)
    return day
