"""Profiles, and why a record has the grade that it has."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q
from django.utils.translation import gettext as _

from siklus.cycle.prospecting.fit.attributes import STANDARD, Attribute, attributes
from siklus.cycle.prospecting.fit.scoring import NOT_ASKED, Criterion
from siklus.cycle.prospecting.models import (
    GRADES,
    CompanyFit,
    GradeChange,
    LeadFit,
    Profile,
    ProfileVersion,
    Submission,
    SubmissionState,
    WebForm,
)
from siklus.platform.accounts.models import User
from siklus.platform.i18n import formats
from siklus.platform.imports.values import ValueProblem, parse_decimal
from siklus.records.deals.models import Status


def profile_for(_viewer: User, profile_id: int) -> Profile:
    """One profile; everybody may know whom the company wants. Raises Profile.DoesNotExist."""
    return Profile.objects.get(pk=profile_id)


def profiles_in_use() -> list[ProfileVersion]:
    """What holds now of every profile that is not retired, active ones first."""
    rows = ProfileVersion.objects.filter(number=F("profile__version"), profile__retired_at=None)
    return list(rows.select_related("profile", "by").order_by("-profile__is_active", "profile_id"))


def has_active_profile() -> bool:
    return Profile.objects.filter(is_active=True).exists()


@dataclass(frozen=True, slots=True)
class Reason:
    """One criterion as it came out: `mark` is +, - or ?; `points` of `weight` were earned."""

    text: str
    mark: str
    weight: int
    must: bool

    @property
    def points(self) -> int:
        return self.weight if self.mark == "+" else 0


@dataclass(frozen=True, slots=True)
class Shown:
    """A grade with its reasons, missed and unknown ones first within each weight."""

    grade: str
    share: int
    profile: str
    profile_id: int
    number: int
    since: Any
    reasons: Sequence[Reason]
    before: Sequence[GradeChange]


def fit_of(kind: str, record_id: int) -> Shown | None:
    """The grade of a company or deal at hand, and which it had before. At most three questions."""
    model: Any = CompanyFit if kind == "company" else LeadFit
    return shown_fit(kind, model.objects.filter(**{kind: record_id}).select_related("version").first())


def shown_fit(kind: str, fit: Any) -> Shown | None:
    """The same for a fit at hand, whose version is there already: one question, two when own fields were asked."""
    if fit is None:
        return None
    asks_own = any(".own." in one["attribute"] for one in fit.version.criteria)
    known = attributes(with_retired=True) if asks_own else {one.key: one for one in STANDARD}
    before = GradeChange.objects.filter(**{kind: getattr(fit, f"{kind}_id")}).order_by("-at", "-id")[:10]
    return Shown(
        fit.grade, fit.share, fit.version.name, fit.version.profile_id, fit.version.number, fit.since,
        reasons(fit.version, fit.marks, known), list(before),
    )  # fmt: skip


def reasons(version: ProfileVersion, marks: str, known: dict[str, Attribute]) -> list[Reason]:
    """What each criterion that was asked came to, in the order of the profile."""
    criteria = [Criterion.read(one) for one in version.criteria]
    return [
        Reason(said(criterion, known), mark, criterion.weight, criterion.must)
        for criterion, mark in zip(criteria, marks, strict=False)
        if mark != NOT_ASKED
    ]


def said(criterion: Criterion, known: dict[str, Attribute]) -> str:
    """A criterion as people read it."""
    attribute = known.get(criterion.attribute)
    label = str(attribute.label) if attribute else criterion.attribute
    values = [_value(one, attribute) for one in criterion.values]
    listed = (" " + _("or") + " ").join(values)
    match criterion.operator:
        case "filled":
            return _("%(label)s is known") % {"label": label}
        case "between":
            return _("%(label)s from %(low)s to %(high)s") % {
                "label": label, "low": values[0], "high": values[-1]
            }  # fmt: skip
        case "at_least":
            return _("%(label)s at least %(value)s") % {"label": label, "value": listed}
        case "at_most":
            return _("%(label)s at most %(value)s") % {"label": label, "value": listed}
        case "contains":
            return _("%(label)s contains %(value)s") % {"label": label, "value": listed}
    return _("%(label)s is %(value)s") % {"label": label, "value": listed}


def _value(text: str, attribute: Attribute | None) -> str:
    if attribute is None:
        return text
    if attribute.choices:
        return str(dict(attribute.choices).get(text, text))
    if attribute.kind == "number":
        try:
            number = parse_decimal(text, ".")
        except ValueProblem:
            return text
        return text if attribute.path == "founded_year" else formats.number(number)
    return text


def grades_of(deal_ids: Iterable[int]) -> dict[int, str]:
    """The grade of each deal that has one. One question."""
    return dict(LeadFit.objects.filter(deal_id__in=list(deal_ids)).values_list("deal_id", "grade"))


def grade_counts() -> dict[str, dict[str, int]]:
    """How many companies and deals have which grade."""
    found: dict[str, dict[str, int]] = {}
    for kind, model in (("company", CompanyFit), ("deal", LeadFit)):
        counted: Any = model.objects.values_list("grade").annotate(n=Count("pk")).order_by()
        found[kind] = {**dict.fromkeys(GRADES, 0), **dict(counted)}
    return found


def form_for(_viewer: User, form_id: int) -> WebForm:
    """One web form. Raises WebForm.DoesNotExist."""
    return WebForm.objects.select_related("owner", "pipeline").get(pk=form_id)


def public_form(slug: str) -> WebForm | None:
    """The form behind a public address, while it is open."""
    rows = WebForm.objects.filter(slug=slug, is_open=True, retired_at=None)
    return rows.select_related("owner", "pipeline").first()


def form_counts() -> dict[int, dict[str, int]]:
    """What came by each form: sent, waiting, spam, leads, and of these qualified and won."""
    state = SubmissionState
    rows = (
        Submission.objects.order_by()
        .values("form_id")
        .annotate(
            sent=Count("pk", filter=~Q(state=state.SPAM)), waiting=Count("pk", filter=Q(state=state.WAITING)),
            spam=Count("pk", filter=Q(state=state.SPAM)), leads=Count("deal"),
            qualified=Count("pk", filter=Q(deal__qualified_at__isnull=False)),
            won=Count("pk", filter=Q(deal__status=Status.WON)),
        )
    )  # fmt: skip
    names = ("sent", "waiting", "spam", "leads", "qualified", "won")
    return {row["form_id"]: {name: row[name] for name in names} for row in rows}  # type: ignore[literal-required]
