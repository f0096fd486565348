from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from siklus.platform.accounts.models import User

router = Router()


class UserOut(Schema):
    id: int
    name: str
    email: str
    role: str
    team_id: int | None


@router.get("", response=list[UserOut], operation_id="list_users")
def list_users(request: HttpRequest) -> Any:
    """The people who work here."""
    return list(User.objects.filter(is_active=True).values("id", "name", "email", "role", "team_id"))


@router.get("/me", response=UserOut, operation_id="me")
def me(request: HttpRequest) -> Any:
    """Whose token this is."""
    return request.api_user  # type: ignore[attr-defined]
