"""Settings of ideal customers: the profiles, the form that builds one and shows its grades, what the best share."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from siklus.cycle.prospecting.actions import (
    WrongCriterion,
    activate_profile,
    add_profile,
    current_version,
    deactivate_profile,
    edit_profile,
    retire_profile,
)
from siklus.cycle.prospecting.actions.profiles import checked
from siklus.cycle.prospecting.fit.attributes import Attribute, attributes
from siklus.cycle.prospecting.fit.grading import distribution
from siklus.cycle.prospecting.fit.scoring import Criterion, Cutoffs
from siklus.cycle.prospecting.models import Profile, ProfileVersion
from siklus.cycle.prospecting.queries import profile_for, profiles_in_use, said
from siklus.cycle.prospecting.ready import BY_KEY, READY
from siklus.desk.icp.editor import (
    Draft,
    Row,
    controls,
    criteria_of,
    cutoffs_of,
    draft_of,
    grouped,
    operator_words,
    read,
)
from siklus.desk.pages.answers import REFUSALS, done, is_fragment, opened, refused, runs_operations, viewer
from siklus.desk.settings.views.shared import subjects
from siklus.insight.lookalike import BASES, learn
from siklus.platform.web.jinja import render
from siklus.records.fields.record import Refused, StaleEdit

BOTH = ["GET", "POST"]
LOOKED_AT = 5000  # records that the preview grades


def back() -> str:
    return reverse("desk:settings_icp")


@require_GET
@runs_operations
def profiles(request: HttpRequest) -> HttpResponse:
    known = attributes(with_retired=True)
    rows = [
        (one, [(said(criterion, known), criterion) for criterion in map(Criterion.read, one.criteria)])
        for one in profiles_in_use()
    ]
    return _page(request, "profiles", {"profiles": rows, "ready": READY})


@require_http_methods(BOTH)
@runs_operations
def profile_new(request: HttpRequest) -> HttpResponse:
    """Build one from nothing, or from a ready one."""
    known = attributes()
    ready = BY_KEY.get(request.GET.get("from", ""))
    start = draft_of(str(ready.name), ready.criteria, Cutoffs(), known) if ready else Draft(rows=[Row()])

    def save(draft: Draft) -> str:
        made = add_profile(
            name=draft.name, criteria=criteria_of(draft, known), cutoffs=cutoffs_of(draft), by=viewer(request),
            at=timezone.now(),
        )  # fmt: skip
        return _("%(name)s is saved. The grades are being worked out.") % {"name": made.name}

    return _editor(request, start, known, save, title=_("New ideal customer"))


@require_http_methods(BOTH)
@runs_operations
def profile_edit(request: HttpRequest, profile_id: int) -> HttpResponse:
    """A change is a new version; the grades follow."""
    profile: Profile = opened(profile_for, viewer(request), profile_id)
    known = _with_old(profile)
    held = current_version(profile)
    start = draft_of(
        profile.name, [Criterion.read(one) for one in held.criteria],
        Cutoffs(held.from_a, held.from_b, held.from_c), known, str(profile.version),
    )  # fmt: skip

    def save(draft: Draft) -> str:
        version = int(draft.version) if draft.version.isdecimal() else None
        made = edit_profile(
            profile=profile, name=draft.name, criteria=criteria_of(draft, known), cutoffs=cutoffs_of(draft),
            by=viewer(request), at=timezone.now(), expected_version=version,
        )  # fmt: skip
        if made.version == profile.version:
            return _("Nothing was different.")
        return _("%(name)s is saved. The grades are being worked out.") % {"name": made.name}

    return _editor(request, start, known, save, title=profile.name)


def _with_old(profile: Profile) -> dict[str, Attribute]:
    """What can be asked, and what the profile asks already though its field was retired."""
    everything = attributes(with_retired=True)
    asked = {Criterion.read(one).attribute for one in current_version(profile).criteria}
    now = attributes()
    return {key: one for key, one in everything.items() if key in now or key in asked}


def _editor(
    request: HttpRequest, start: Draft, known: dict[str, Attribute], save: Any, *, title: str
) -> HttpResponse:
    """GET shows, POST with `save` saves, any other POST only shows the form anew (a row more, a look)."""
    draft, status = start, 200
    if request.method == "POST":
        draft = read(request.POST, known)
        if "save" in request.POST:
            try:
                text = save(draft)
            except WrongCriterion as refusal:
                draft.rows[refusal.place].error = refusal.message
                status = 422
            except REFUSALS as refusal:
                draft.error, draft.field = str(refusal), getattr(refusal, "field", "") or ""
                status = 409 if isinstance(refusal, StaleEdit) else 422
            else:
                messages.success(request, text)
                return redirect(back())
    names = {
        "draft": draft, "title": title, "controls": controls(draft, known), "attributes": grouped(known),
        "preview": _preview(draft, known), "action": request.path,
    }  # fmt: skip
    if is_fragment(request):
        part = "_preview" if request.headers.get("HX-Target") == "icp-preview" else "_editor"
        return render(request, f"desk/icp/{part}.html", names)
    return _page(request, "editor", names, status=status)


def _preview(draft: Draft, known: dict[str, Attribute]) -> list[dict[str, Any]]:
    """How the newest companies and leads would be graded; nothing while the form is not right yet."""
    try:
        asked = checked(criteria_of(draft, known))
        grades = cutoffs_of(draft)
    except Refused:
        return []
    if not 100 >= grades.a > grades.b > grades.c >= 0:
        return []
    version = ProfileVersion(
        criteria=[one.stored() for one in asked], from_a=grades.a, from_b=grades.b, from_c=grades.c
    )
    found = []
    for kind, label in (("company", _("Companies")), ("deal", _("Leads and open deals"))):
        counts, seen = distribution(kind, version, most=LOOKED_AT)
        graded = sum(counts.values())
        found.append(
            {
                "label": label, "counts": list(counts.items()), "seen": seen, "graded": graded,
                "is_all": seen < LOOKED_AT,
            }
        )  # fmt: skip
    return found


@require_POST
@runs_operations
def profile_switch(request: HttpRequest, profile_id: int) -> HttpResponse:
    profile: Profile = opened(profile_for, viewer(request), profile_id)
    verb = activate_profile if request.POST.get("active") == "1" else deactivate_profile
    try:
        verb(profile=profile, by=viewer(request), at=timezone.now())
    except REFUSALS as refusal:
        return refused(request, back(), refusal)
    return done(request, back(), _("The grades are being worked out."))


@require_POST
@runs_operations
def profile_retire(request: HttpRequest, profile_id: int) -> HttpResponse:
    profile: Profile = opened(profile_for, viewer(request), profile_id)
    retire_profile(profile=profile, by=viewer(request), at=timezone.now())
    return done(request, back(), _("%(name)s is retired. Its past grades stay.") % {"name": profile.name})


@require_GET
@runs_operations
def learned(request: HttpRequest, profile_id: int) -> HttpResponse:
    """What the best customers have more often than the others, to be taken over one by one."""
    profile: Profile = opened(profile_for, viewer(request), profile_id)
    known = attributes()
    basis = request.GET.get("by", "") if request.GET.get("by", "") in BASES else "value"
    found = learn(viewer(request), basis=basis)
    has = {
        (one["attribute"], one["operator"], tuple(one["values"])) for one in current_version(profile).criteria
    }
    asked = {one["attribute"]: one for one in current_version(profile).criteria}
    rows = []
    for one in found.found:
        criterion = Criterion(one.attribute, one.operator, one.values)
        taken = (one.attribute, one.operator, one.values) in has or (
            one.operator == "one_of"
            and one.attribute in asked
            and asked[one.attribute]["operator"] == "one_of"
            and one.values[0].casefold() in {value.casefold() for value in asked[one.attribute]["values"]}
        )
        rows.append((one, said(criterion, known), taken))
    here = request.path
    names = {
        "profile": profile, "learned": found, "basis": basis,
        "clear": [row for row in rows if row[0].is_clear],
        "unclear": [row for row in rows if row[0].is_enough and not row[0].is_clear][:20],
        "few": [row for row in rows if not row[0].is_enough][:20],
        "tabs_shown": [
            {"label": _("By won value"), "href": here, "current": basis == "value"},
            {"label": _("By number of wins"), "href": f"{here}?by=wins", "current": basis == "wins"},
        ],
    }  # fmt: skip
    return _page(request, "learned", names)


@require_POST
@runs_operations
def learned_take(request: HttpRequest, profile_id: int) -> HttpResponse:
    """Take one suggestion into the profile: a value more where the attribute is asked already, else a criterion more."""
    profile: Profile = opened(profile_for, viewer(request), profile_id)
    taken = Criterion(
        request.POST.get("attribute", ""),
        request.POST.get("operator", ""),
        tuple(request.POST.getlist("value")),
        2,
    )
    criteria = [Criterion.read(one) for one in current_version(profile).criteria]
    for place, one in enumerate(criteria):
        if (one.attribute, one.operator) == (taken.attribute, taken.operator):
            values = taken.values if one.operator == "between" else (*one.values, *taken.values)
            criteria[place] = Criterion(one.attribute, one.operator, values, one.weight, one.must)
            break
    else:
        criteria.append(taken)
    here = reverse("desk:icp_learned", args=[profile.pk])
    version = request.POST.get("version", "")
    try:
        edit_profile(
            profile=profile, criteria=criteria, by=viewer(request), at=timezone.now(),
            expected_version=int(version) if version.isdecimal() and len(version) < 9 else None,
        )  # fmt: skip
    except REFUSALS as refusal:
        return refused(request, here, refusal)
    return done(request, here, _("Taken over. The grades are being worked out."))


def _page(request: HttpRequest, name: str, names: dict[str, Any], status: int = 200) -> HttpResponse:
    context = {"here": "icp", "subjects": subjects(request), "operator_words": operator_words(), **names}
    return render(request, f"desk/icp/{name}.html", context, status=status)
