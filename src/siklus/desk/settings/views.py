"""Settings: one page a subject, a dialog for every change."""

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from siklus.desk.pages.answers import REFUSALS, done, form_dialog, refused, runs_operations, viewer
from siklus.desk.pages.deal import read_amount
from siklus.desk.settings import forms as shapes
from siklus.platform.accounts.actions import (
    CannotChangeUser,
    add_team,
    add_user,
    deactivate_user,
    edit_user,
    issue_token,
    join_team,
    revoke_token,
)
from siklus.platform.accounts.models import ApiToken, Team, User
from siklus.platform.imports.values import ValueProblem, parse_decimal
from siklus.platform.installation.current import current
from siklus.platform.money.models import Rate
from siklus.platform.money.rates import check_currency, set_rate
from siklus.platform.web.jinja import render
from siklus.records.deals.actions import add_lost_reason, add_pipeline, add_stage, edit_stage, retire_stage
from siklus.records.deals.models import Deal, LostReason, Pipeline, Stage, Status
from siklus.records.fields.actions import add_field, edit_field, retire_field
from siklus.records.fields.models import FieldDefinition, FieldKind, FieldOwner
from siklus.records.fields.record import Refused
from siklus.records.products.actions import add_product, edit_product
from siklus.records.products.models import Product

BOTH = ["GET", "POST"]


def _page(request: HttpRequest, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    return render(
        request, f"desk/settings/{name}.html", {"here": name, "subjects": subjects(request), **context},
        status=status,
    )  # fmt: skip


def subjects(request: HttpRequest) -> list[dict[str, Any]]:
    """The tabs of the settings that this visitor has."""
    found = [("profile", _("My profile"), "user")]
    if viewer(request).can_run_operations:
        found += [
            ("people", _("People & teams"), "users"), ("pipelines", _("Pipelines"), "stage"),
            ("reasons", _("Lost reasons"), "lost"), ("fields", _("Own fields"), "columns"),
            ("currencies", _("Currencies"), "money"), ("objections", _("Objections"), "objection"),
        ]  # fmt: skip
    return [
        {
            "label": label, "icon": icon, "key": key,
            "href": reverse("desk:profile" if key == "profile" else f"desk:settings_{key}"),
        }
        for key, label, icon in found
    ]  # fmt: skip


def _found(model: Any, **where: Any) -> Any:
    row = model.objects.filter(**where).first()
    if row is None:
        raise Http404
    return row


@require_GET
def settings(request: HttpRequest) -> HttpResponse:
    name = "desk:settings_people" if viewer(request).can_run_operations else "desk:profile"
    return redirect(name)


# The person who is signed in


@require_http_methods(BOTH)
def profile(request: HttpRequest) -> HttpResponse:
    """Name, language, time zone, colours, password and keys for programs."""
    user = viewer(request)
    values = {key: getattr(user, key) for key in ("name", "language", "time_zone", "theme")}
    form = shapes.ProfileForm(request.POST or None, initial=values)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                edit_user(user=user, by=user, at=timezone.now(), **form.cleaned_data)
            except REFUSALS as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, _("Your profile is saved."))
                return redirect("desk:profile")
    tokens = user.tokens.filter(revoked_at=None).order_by("-id")
    return _page(
        request, "profile", {"form": form, "tokens": list(tokens), "now": timezone.now()}, status=status
    )


@require_http_methods(BOTH)
def token_new(request: HttpRequest) -> HttpResponse:
    """Make a key. It is shown in the answer, and never again."""
    user = viewer(request)

    def act(values: dict[str, Any]) -> HttpResponse:
        now = timezone.now()
        expires = now + timedelta(days=values["days"]) if values["days"] else None
        token, key = issue_token(user=user, name=values["name"], by=user, at=now, expires_at=expires)
        names = {"token": token, "key": key, "here": "profile", "subjects": subjects(request)}
        fragment = "HX-Request" in request.headers
        answer = render(request, f"desk/settings/{'_token' if fragment else 'token'}.html", names)
        answer["Cache-Control"] = "no-store"
        return answer

    return form_dialog(
        request, form=shapes.TokenForm(request.POST or None), title=_("New key for a program"),
        label=_("Make the key"), act=act, back=reverse("desk:profile"),
        text=_("A program with this key may do what you may do. The key is shown once."),
    )  # fmt: skip


@require_POST
def token_revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    user = viewer(request)
    token: ApiToken = _found(ApiToken, pk=token_id, user=user)
    revoke_token(token=token, by=user, at=timezone.now())
    return done(request, reverse("desk:profile"), _("The key “%(name)s” opens nothing any more.") % {
        "name": token.name
    })  # fmt: skip


# People and teams


@require_GET
@runs_operations
def people(request: HttpRequest) -> HttpResponse:
    """Who works here, what they may see, and the tree of teams."""
    users = list(User.objects.select_related("team").order_by("-is_active", "name"))
    teams = list(Team.objects.select_related("manager").order_by("path"))
    counts: dict[int, int] = defaultdict(int)
    for user in users:
        if user.team_id and user.is_active:
            counts[user.team_id] += 1
    tree = [(team, team.path.count("/") - 2, counts[team.pk]) for team in teams]
    return _page(
        request, "people",
        {
            "people": [one for one in users if one.is_active],
            "gone": [one for one in users if not one.is_active], "tree": tree,
        },
    )  # fmt: skip


@require_http_methods(BOTH)
@runs_operations
def person_new(request: HttpRequest) -> HttpResponse:
    user = viewer(request)

    def act(values: dict[str, Any]) -> str:
        _only_admins_make_admins(user, values["role"])
        added = add_user(by=user, at=timezone.now(), **values)
        return _("%(name)s is added. They set a password through “Forgot password”.") % {"name": added.name}

    return form_dialog(
        request, form=shapes.UserForm(request.POST or None), title=_("Add a person"), label=_("Add"), act=act,
        back=reverse("desk:settings_people"),
        text=_("What they see follows from the role; you can change it afterwards."),
    )  # fmt: skip


def _only_admins_make_admins(user: User, *roles: str) -> None:
    if "admin" in roles and not user.is_admin:
        raise CannotChangeUser(_("Only an administrator decides who is one."))


@require_http_methods(BOTH)
@runs_operations
def person_edit(request: HttpRequest, user_id: int) -> HttpResponse:
    user, person = viewer(request), _found(User, pk=user_id)
    keys = ("name", "role", "team", "visibility", "sees_unassigned")
    form = shapes.UserEditForm(request.POST or None, initial={key: getattr(person, key) for key in keys})

    def act(values: dict[str, Any]) -> str:
        if values["role"] != person.role or person.is_admin:
            _only_admins_make_admins(user, values["role"], person.role)
        now, team = timezone.now(), values.pop("team")
        edit_user(user=person, by=user, at=now, **values)
        if team is not None:
            join_team(user=person, team=team, by=user, at=now)
        return _("%(name)s is changed.") % {"name": values["name"]}

    return form_dialog(
        request, form=form, title=person.name, label=_("Save"), act=act, back=reverse("desk:settings_people"),
        wide=("visibility", "sees_unassigned"),
    )  # fmt: skip


@require_POST
@runs_operations
def person_deactivate(request: HttpRequest, user_id: int) -> HttpResponse:
    user, person, back = viewer(request), _found(User, pk=user_id), reverse("desk:settings_people")
    try:
        if person.is_admin:
            _only_admins_make_admins(user, "admin")
        deactivate_user(user=person, by=user, at=timezone.now())
    except REFUSALS as refusal:
        return refused(request, back, refusal)
    return done(request, back, _("%(name)s cannot sign in any more. Their records stay.") % {
        "name": person.name
    })  # fmt: skip


@require_http_methods(BOTH)
@runs_operations
def team_new(request: HttpRequest) -> HttpResponse:
    def act(values: dict[str, Any]) -> str:
        add_team(by=viewer(request), at=timezone.now(), **values)
        return _("The team %(name)s is added.") % {"name": values["name"]}

    return form_dialog(
        request, form=shapes.TeamForm(request.POST or None), title=_("Add a team"), label=_("Add"), act=act,
        back=reverse("desk:settings_people"),
    )  # fmt: skip


# Pipelines, stages, lost reasons


@require_GET
@runs_operations
def pipelines(request: HttpRequest) -> HttpResponse:
    stages: dict[int, list[Stage]] = defaultdict(list)
    for stage in Stage.objects.filter(retired_at=None).order_by("position", "id"):
        stages[stage.pipeline_id].append(stage)
    rows = [(one, stages[one.pk]) for one in Pipeline.objects.filter(retired_at=None)]
    return _page(request, "pipelines", {"pipelines": rows})


@require_http_methods(BOTH)
@runs_operations
def pipeline_new(request: HttpRequest) -> HttpResponse:
    def act(values: dict[str, Any]) -> str:
        add_pipeline(name=values["name"], by=viewer(request), at=timezone.now())
        return _("The pipeline %(name)s is added. Now its stages.") % {"name": values["name"]}

    return form_dialog(
        request, form=shapes.PipelineForm(request.POST or None), title=_("Add a pipeline"), label=_("Add"),
        act=act, back=reverse("desk:settings_pipelines"),
    )  # fmt: skip


@require_http_methods(BOTH)
@runs_operations
def stage_new(request: HttpRequest, pipeline_id: int) -> HttpResponse:
    pipeline = _found(Pipeline, pk=pipeline_id)

    def act(values: dict[str, Any]) -> str:
        add_stage(pipeline=pipeline, by=viewer(request), at=timezone.now(), **values)
        return _("The stage %(name)s is added.") % {"name": values["name"]}

    return form_dialog(
        request, form=shapes.StageForm(request.POST or None),
        title=_("Add a stage to %(name)s") % {"name": pipeline.name}, label=_("Add"), act=act,
        back=reverse("desk:settings_pipelines"), wide=("name",),
    )  # fmt: skip


@require_http_methods(BOTH)
@runs_operations
def stage_edit(request: HttpRequest, stage_id: int) -> HttpResponse:
    stage = _found(Stage, pk=stage_id, retired_at=None)
    keys = ("name", "kind", "probability", "rotting_days", "category", "colour")
    form = shapes.StageForm(request.POST or None, initial={key: getattr(stage, key) for key in keys})

    def act(values: dict[str, Any]) -> str:
        edit_stage(stage=stage, by=viewer(request), at=timezone.now(), **values)
        return _("The stage %(name)s is changed.") % {"name": values["name"]}

    return form_dialog(
        request, form=form, title=stage.name, label=_("Save"), act=act,
        back=reverse("desk:settings_pipelines"), wide=("name",),
        text=_("From now on. What deals went through before keeps its old name and place in every report."),
    )  # fmt: skip


@require_POST
@runs_operations
def stage_place(request: HttpRequest, stage_id: int) -> HttpResponse:
    """One place to the left or to the right."""
    stage: Stage = _found(Stage, pk=stage_id, retired_at=None)
    row = list(
        Stage.objects.filter(pipeline_id=stage.pipeline_id, retired_at=None).order_by("position", "id")
    )
    at = [one.pk for one in row].index(stage.pk)
    to = at - 1 if request.POST.get("to") == "earlier" else at + 1
    back, now = reverse("desk:settings_pipelines"), timezone.now()
    if 0 <= to < len(row):
        row[at], row[to] = row[to], row[at]
        for position, one in enumerate(row):
            if one.position != position:
                edit_stage(stage=one, by=viewer(request), at=now, position=position)
    return done(request, back)


@require_POST
@runs_operations
def stage_retire(request: HttpRequest, stage_id: int) -> HttpResponse:
    stage: Stage = _found(Stage, pk=stage_id, retired_at=None)
    back = reverse("desk:settings_pipelines")
    try:
        retire_stage(stage=stage, by=viewer(request), at=timezone.now())
    except REFUSALS as refusal:
        return refused(request, back, refusal)
    return done(request, back, _("The stage %(name)s is retired.") % {"name": stage.name})


@require_GET
@runs_operations
def reasons(request: HttpRequest) -> HttpResponse:
    ended = Deal.objects.filter(merged_into=None, closed_at__isnull=False, lost_reason__isnull=False)
    used = dict(ended.values_list("lost_reason_id").annotate(count=Count("pk")))
    rows = list(LostReason.objects.filter(is_active=True))
    labels = {
        Status.LOST: _("Lost"),
        Status.NO_DECISION: _("No decision"),
        Status.DISQUALIFIED: _("Disqualified"),
    }
    groups = [(label, [one for one in rows if one.status == key]) for key, label in labels.items()]
    return _page(request, "reasons", {"groups": groups, "used": used})


@require_http_methods(BOTH)
@runs_operations
def reason_new(request: HttpRequest) -> HttpResponse:
    def act(values: dict[str, Any]) -> str:
        add_lost_reason(by=viewer(request), at=timezone.now(), **values)
        return _("The reason %(name)s is added.") % {"name": values["name"]}

    return form_dialog(
        request, form=shapes.ReasonForm(request.POST or None), title=_("Add a lost reason"), label=_("Add"),
        act=act, back=reverse("desk:settings_reasons"),
    )  # fmt: skip


# Own fields


@require_GET
@runs_operations
def fields(request: HttpRequest) -> HttpResponse:
    rows = list(FieldDefinition.objects.filter(retired_at=None))
    groups = [
        (str(label), key, [one for one in rows if one.record == key]) for key, label in FieldOwner.choices
    ]
    return _page(request, "fields", {"groups": groups})


def _lines(text: str) -> list[str]:
    return [line for one in text.splitlines() if (line := " ".join(one.split()))]


@require_http_methods(BOTH)
@runs_operations
def field_new(request: HttpRequest) -> HttpResponse:
    def act(values: dict[str, Any]) -> str:
        add_field(
            record_kind=values["record"], label=values["label"], kind=values["kind"], by=viewer(request),
            at=timezone.now(), choices=_lines(values["choices"]),
        )  # fmt: skip
        return _("The field %(name)s is added.") % {"name": values["label"]}

    form = shapes.FieldForm(request.POST or None, initial={"record": request.GET.get("record", "deal")})
    return form_dialog(
        request, form=form, title=_("Add a field"), label=_("Add"), act=act,
        back=reverse("desk:settings_fields"), wide=("choices",),
    )  # fmt: skip


@require_http_methods(BOTH)
@runs_operations
def field_edit(request: HttpRequest, field_id: int) -> HttpResponse:
    field: FieldDefinition = _found(FieldDefinition, pk=field_id, retired_at=None)
    form: forms.Form = shapes.FieldEditForm(
        request.POST or None, initial={"label": field.label, "choices": "\n".join(field.choices)}
    )
    has_choices = field.kind in {FieldKind.CHOICE, FieldKind.MULTI_CHOICE}
    if not has_choices:
        del form.fields["choices"]

    def act(values: dict[str, Any]) -> str:
        choices = _lines(values["choices"]) if has_choices else None
        edit_field(field=field, by=viewer(request), at=timezone.now(), label=values["label"], choices=choices)
        return _("The field %(name)s is changed.") % {"name": values["label"]}

    return form_dialog(
        request, form=form, title=field.label, label=_("Save"), act=act, back=reverse("desk:settings_fields"),
        wide=("label", "choices"),
    )  # fmt: skip


@require_POST
@runs_operations
def field_retire(request: HttpRequest, field_id: int) -> HttpResponse:
    field = _found(FieldDefinition, pk=field_id)
    retire_field(field=field, by=viewer(request), at=timezone.now())
    return done(
        request, reverse("desk:settings_fields"),
        _("The field %(name)s is not offered any more. Values already given stay.") % {"name": field.label},
    )  # fmt: skip


# Products


@require_GET
def products(request: HttpRequest) -> HttpResponse:
    """What we sell, for everybody to look up."""
    rows = Product.objects.order_by("-is_active", "family", "name")
    if wanted := request.GET.get("q", "").strip():
        rows = rows.filter(name__icontains=wanted)
    context = {
        "products": list(rows[:500]), "wanted": wanted,
        "can_edit": viewer(request).can_run_operations,
    }  # fmt: skip
    return render(request, "desk/settings/products.html", context)


@require_http_methods(BOTH)
@runs_operations
def product_new(request: HttpRequest) -> HttpResponse:
    form = shapes.ProductForm(request.POST or None, initial={"currency": current().currency})

    def act(values: dict[str, Any]) -> str:
        values["price"] = _price(values["price"])
        add_product(by=viewer(request), at=timezone.now(), **values)
        return _("The product %(name)s is added.") % {"name": values["name"]}

    return form_dialog(
        request, form=form, title=_("Add a product"), label=_("Add"), act=act, back=reverse("desk:products"),
        wide=("name",),
    )  # fmt: skip


def _price(text: str) -> Decimal | None:
    try:
        return read_amount(text, _("The price"))
    except Refused as refusal:
        raise Refused(refusal.message, field="price") from refusal


@require_http_methods(BOTH)
@runs_operations
def product_edit(request: HttpRequest, product_id: int) -> HttpResponse:
    product: Product = _found(Product, pk=product_id)
    keys = ("name", "code", "family", "currency", "is_active", "version")
    initial = {key: getattr(product, key) for key in keys}
    initial["price"] = "" if product.price is None else format(product.price, "f")
    form = shapes.ProductEditForm(request.POST or None, initial=initial)

    def act(values: dict[str, Any]) -> str:
        version = values.pop("version")
        text = values["price"]
        values["price"] = product.price if text == initial["price"] else _price(text)
        edit_product(
            product=product, by=viewer(request), at=timezone.now(), expected_version=version, **values
        )
        return _("The product %(name)s is changed.") % {"name": values["name"]}

    return form_dialog(
        request, form=form, title=product.name, label=_("Save"), act=act, back=reverse("desk:products"),
        wide=("name", "is_active"), text=_("Deals keep what they were sold for."),
    )  # fmt: skip


# Currencies


@require_GET
@runs_operations
def currencies(request: HttpRequest) -> HttpResponse:
    groups: dict[str, list[Rate]] = defaultdict(list)
    for rate in Rate.objects.order_by("currency", "-from_date"):
        groups[rate.currency].append(rate)
    return _page(request, "currencies", {"groups": dict(groups), "base": current().currency})


@require_http_methods(BOTH)
@runs_operations
def rate_new(request: HttpRequest) -> HttpResponse:
    base = current().currency
    form = shapes.RateForm(
        request.POST or None,
        initial={"from_date": timezone.localdate(), "currency": request.GET.get("currency", "")},
    )
    form.fields["rate"].help_text = _("In %(base)s.") % {"base": base}

    def act(values: dict[str, Any]) -> str:
        code = check_currency(values["currency"])
        if code == base:
            raise Refused(_("This is the currency everything is counted in."), field="currency")
        try:
            rate = read_rate(values["rate"])
        except Refused as refusal:
            raise Refused(refusal.message, field="rate") from refusal
        set_rate(currency=code, from_date=values["from_date"], rate=rate)
        return _("From %(day)s on, one %(code)s is worth %(rate)s %(base)s.") % {
            "day": values["from_date"].isoformat(), "code": code, "rate": f"{rate.normalize():f}",
            "base": base,
        }  # fmt: skip

    return form_dialog(
        request, form=form, title=_("Add a rate"), label=_("Add"), act=act,
        back=reverse("desk:settings_currencies"),
        text=_("Deals keep the rate of their day; a second rate for the same day replaces the first."),
    )  # fmt: skip


def read_rate(text: str) -> Decimal:
    """A rate above zero, with up to ten decimals. Raises Refused."""
    try:
        rate = parse_decimal(text)
    except ValueProblem as problem:
        raise Refused(_("Write the rate as a number, such as 16250.50.")) from problem
    if not Decimal(0) < rate < Decimal(10) ** 12:
        raise Refused(_("A rate is above zero."))
    return rate.quantize(Decimal("0.0000000001"))
