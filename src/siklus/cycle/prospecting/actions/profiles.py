"""The life of an ideal customer: added, changed (each time a new version), switched on and off, retired."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from siklus.cycle.prospecting.facts import (
    ProfileActivated,
    ProfileAdded,
    ProfileChanged,
    ProfileDeactivated,
    ProfileRetired,
)
from siklus.cycle.prospecting.fit.attributes import Attribute, attributes
from siklus.cycle.prospecting.fit.scoring import HEAVIEST, OPERATORS, Criterion, Cutoffs
from siklus.cycle.prospecting.models import Profile, ProfileVersion
from siklus.platform.accounts.models import User
from siklus.platform.journal.facts import Change
from siklus.platform.journal.record import record
from siklus.records.fields.record import Refused, check_version

MOST = 40  # criteria: as many as `marks` has signs
MOST_VALUES = 100
LONGEST = 200


class CannotChangeProfile(Refused):
    """The profile cannot be as asked."""


class WrongCriterion(CannotChangeProfile):
    """One row means nothing; `place` counts from 0."""

    def __init__(self, message: str, place: int) -> None:
        super().__init__(message, field=f"criteria.{place}")
        self.place = place


@transaction.atomic
def add_profile(
    *, name: str, criteria: Sequence[Criterion], by: User | None, at: datetime,
    cutoffs: Cutoffs | None = None, is_active: bool = True,
) -> Profile:  # fmt: skip
    """Describe an ideal customer. Grades follow in the background."""
    name, asked = _name(name), checked(criteria)
    profile = Profile.objects.create(name=name, is_active=is_active, created_at=at, updated_at=at)
    _store(profile, asked, cutoffs or Cutoffs(), by, at)
    record(ProfileAdded(icp=profile.pk, title=name, criteria=len(asked)), by=by, at=at)
    return profile


@transaction.atomic
def edit_profile(
    *, profile: Profile, by: User | None, at: datetime, name: str | None = None,
    criteria: Sequence[Criterion] | None = None, cutoffs: Cutoffs | None = None, expected_version: int | None = None,
) -> Profile:  # fmt: skip
    """Change what a profile asks for. What it asked before stays with the grades that came of it."""
    profile = _locked(profile, expected_version)
    before = current_version(profile)
    old = [Criterion.read(one) for one in before.criteria]
    asked = old if criteria is None else checked(criteria, before=old)
    title = profile.name if name is None else _name(name)
    had = Cutoffs(before.from_a, before.from_b, before.from_c)
    grades = had if cutoffs is None else _cutoffs(cutoffs)
    changes = [
        Change(key, was, now)
        for key, was, now in (
            ("name", profile.name, title),
            ("criteria", before.criteria, [one.stored() for one in asked]),
            ("grades", [had.a, had.b, had.c], [grades.a, grades.b, grades.c]),
        )
        if was != now
    ]
    if not changes:
        return profile
    profile.name = title
    profile.version += 1
    profile.updated_at = at
    profile.save()
    _store(profile, asked, grades, by, at)
    fact = ProfileChanged(icp=profile.pk, number=profile.version, title=title, changes=tuple(changes))
    record(fact, by=by, at=at)
    return profile


@transaction.atomic
def activate_profile(*, profile: Profile, by: User | None, at: datetime) -> Profile:
    """Grade by it from now on."""
    return _switch(profile, True, by, at)


@transaction.atomic
def deactivate_profile(*, profile: Profile, by: User | None, at: datetime) -> Profile:
    """Grade by it no more; it can be switched on again."""
    return _switch(profile, False, by, at)


@transaction.atomic
def retire_profile(*, profile: Profile, by: User | None, at: datetime) -> Profile:
    """Put it away. Grades that it gave stay in the history of the records."""
    profile = Profile.objects.select_for_update().get(pk=profile.pk)
    if profile.retired_at is None:
        profile.retired_at, profile.is_active, profile.updated_at = at, False, at
        profile.save()
        record(ProfileRetired(icp=profile.pk, title=profile.name), by=by, at=at)
    return profile


def current_version(profile: Profile) -> ProfileVersion:
    """What the profile asks for now."""
    return ProfileVersion.objects.get(profile=profile, number=profile.version)


def checked(criteria: Sequence[Criterion], *, before: Sequence[Criterion] = ()) -> list[Criterion]:
    """The criteria in stored form. Raises CannotChangeProfile.

    What asks about a field that was retired since may stay as it was.
    """
    if not criteria:
        raise CannotChangeProfile(_("Say at least one thing that your best customers have."))
    if len(criteria) > MOST:
        raise CannotChangeProfile(_("At most %(count)s criteria are possible.") % {"count": MOST})
    known = attributes()
    return [
        one if one in before and one.attribute not in known else _criterion(place, one, known)
        for place, one in enumerate(criteria)
    ]


def _criterion(place: int, one: Criterion, known: dict[str, Attribute]) -> Criterion:
    attribute = known.get(one.attribute)
    if attribute is None:
        raise WrongCriterion(_("Choose what to ask about."), place)
    if one.operator not in OPERATORS[attribute.kind]:
        raise WrongCriterion(_("%(label)s cannot be compared so.") % {"label": attribute.label}, place)
    if not 1 <= one.weight <= HEAVIEST:
        raise WrongCriterion(_("A weight is a whole number from 1 to %(most)s.") % {"most": HEAVIEST}, place)
    values = tuple(dict.fromkeys(" ".join(value.split()) for value in one.values if value.strip()))
    if one.operator == "filled":
        return Criterion(one.attribute, one.operator, (), one.weight, one.must)
    if one.operator == "between":
        values = tuple(value.strip() for value in one.values)
    if len(values) != 2 if one.operator == "between" else not values:
        text = (
            _("%(label)s: give two values.") if one.operator == "between" else _("%(label)s: give a value.")
        )
        raise WrongCriterion(text % {"label": attribute.label}, place)
    if one.operator in {"at_least", "at_most"}:
        values = values[:1]
    if len(values) > MOST_VALUES or any(len(value) > LONGEST for value in values):
        raise WrongCriterion(_("%(label)s: too many values.") % {"label": attribute.label}, place)
    if one.operator in {"between", "at_least", "at_most"}:
        values = _bounds(place, attribute, values)
    elif attribute.choices:
        offered = {key for key, _label in attribute.choices}
        for value in values:
            if value not in offered:
                raise WrongCriterion(
                    _("%(label)s has no choice “%(value)s”.") % {"label": attribute.label, "value": value},
                    place,
                )
    return Criterion(one.attribute, one.operator, values, one.weight, one.must)


def _bounds(place: int, attribute: Attribute, values: tuple[str, ...]) -> tuple[str, ...]:
    read: Any = datetime.fromisoformat if attribute.kind == "date" else Decimal
    try:
        found = [read(value) for value in values]
        if attribute.kind != "date" and not all(one.is_finite() and abs(one) < 10**18 for one in found):
            raise ValueError
    except (ValueError, InvalidOperation) as error:
        text = _("%(label)s: give a day.") if attribute.kind == "date" else _("%(label)s: give a number.")
        raise WrongCriterion(text % {"label": attribute.label}, place) from error
    if len(found) == 2 and found[0] > found[1]:
        raise WrongCriterion(
            _("%(label)s: the first value is above the second.") % {"label": attribute.label}, place
        )
    if attribute.kind == "date":
        return tuple(one.date().isoformat() for one in found)
    return tuple(format(one.normalize(), "f") for one in found)


def _cutoffs(cutoffs: Cutoffs) -> Cutoffs:
    if not 100 >= cutoffs.a > cutoffs.b > cutoffs.c >= 0:
        raise CannotChangeProfile(
            _("The shares for A, B and C descend, between 100 and 0 percent."), field="from_a"
        )
    return cutoffs


def _store(
    profile: Profile, criteria: list[Criterion], cutoffs: Cutoffs, by: User | None, at: datetime
) -> ProfileVersion:
    cutoffs = _cutoffs(cutoffs)
    return ProfileVersion.objects.create(
        profile=profile, number=profile.version, name=profile.name, by=by, at=at,
        criteria=[one.stored() for one in criteria], from_a=cutoffs.a, from_b=cutoffs.b, from_c=cutoffs.c,
    )  # fmt: skip


def _name(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > 120:
        raise CannotChangeProfile(_("A profile needs a name of at most 120 letters."), field="name")
    return name


def _locked(profile: Profile, expected_version: int | None = None) -> Profile:
    fresh = Profile.objects.select_for_update().get(pk=profile.pk)
    if fresh.retired_at is not None:
        raise CannotChangeProfile(_("This profile is retired."))
    check_version(fresh, expected_version)  # type: ignore[arg-type]
    return fresh


def _switch(profile: Profile, active: bool, by: User | None, at: datetime) -> Profile:
    profile = _locked(profile)
    if profile.is_active != active:
        profile.is_active, profile.updated_at = active, at
        profile.save()
        fact = (ProfileActivated if active else ProfileDeactivated)(icp=profile.pk, title=profile.name)
        record(fact, by=by, at=at)
    return profile
