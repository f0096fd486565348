from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from siklus.platform.accounts.actions import CannotChangeUser, edit_user, set_password
from siklus.platform.accounts.forms import ForgotForm, NewPasswordForm, SignInForm
from siklus.platform.accounts.reset import ask_reset, user_of_link
from siklus.platform.accounts.sign_in import SignInRefused, sign_in
from siklus.platform.web.jinja import render


def next_page(request: HttpRequest, fallback: str = "/") -> str:
    """Where to go afterwards: only to pages of our own."""
    target = request.POST.get("next") or request.GET.get("next") or fallback
    own = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if own else fallback


@require_http_methods(["GET", "POST"])
def sign_in_page(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect(next_page(request))
    form = SignInForm(request.POST or None)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            user = sign_in(
                email=form.cleaned_data["email"],
                password=form.cleaned_data["password"],
                address=request.META.get("REMOTE_ADDR"),
                at=timezone.now(),
            )
        except SignInRefused as refusal:
            form.add_error(None, str(refusal))
            status = 422
        else:
            login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
            return redirect(next_page(request))
    return render(request, "accounts/sign_in.html", {"form": form, "next": next_page(request)}, status=status)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect(settings.LOGIN_URL)


@require_http_methods(["GET", "POST"])
def forgot_password(request: HttpRequest) -> HttpResponse:
    form = ForgotForm(request.POST or None)
    sent = False
    if request.method == "POST" and form.is_valid():
        ask_reset(email=form.cleaned_data["email"], base_url=f"{request.scheme}://{request.get_host()}")
        sent = True
    return render(request, "accounts/forgot_password.html", {"form": form, "sent": sent})


@require_http_methods(["GET", "POST"])
def new_password(request: HttpRequest, uid: str, token: str) -> HttpResponse:
    user = user_of_link(uid, token)
    form = NewPasswordForm(request.POST or None)
    status = 200 if user else 404
    if user and request.method == "POST" and form.is_valid():
        try:
            set_password(user=user, password=form.cleaned_data["password"])
        except CannotChangeUser as refusal:
            form.add_error("password", str(refusal))
            status = 422
        else:
            messages.success(request, _("Your new password is set. Sign in with it."))
            return redirect("accounts:sign_in")
    return render(
        request, "accounts/new_password.html", {"form": form, "is_valid": user is not None}, status=status
    )


@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Language, theme and time zone of the person who is signed in."""
    wanted = {key: request.POST[key] for key in ("language", "theme", "time_zone") if key in request.POST}
    if wanted.get("theme", "system") not in {"light", "dark", "system"}:
        return HttpResponse(status=400)
    user = request.user
    assert user.is_authenticated
    try:
        edit_user(user=user, by=user, at=timezone.now(), **wanted)
    except CannotChangeUser as refusal:
        return HttpResponse(str(refusal), status=400, content_type="text/plain; charset=utf-8")
    if request.headers.get("HX-Request") or request.headers.get("Accept") == "application/json":
        return HttpResponse(status=204)
    return redirect(next_page(request))


@require_POST
def change_password(request: HttpRequest) -> HttpResponse:
    user = request.user
    assert user.is_authenticated
    if not user.check_password(request.POST.get("old", "")):
        messages.error(request, _("Your present password is not right."))
        return redirect("desk:profile")
    try:
        set_password(user=user, password=request.POST.get("password", ""))
    except CannotChangeUser as refusal:
        messages.error(request, str(refusal))
    else:
        update_session_auth_hash(request, user)
        messages.success(request, _("Your password is changed."))
    return redirect("desk:profile")
