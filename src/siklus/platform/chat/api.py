from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Router, Schema

from siklus.platform.accounts.models import User
from siklus.platform.api.door import a_user, one, operator, referred
from siklus.platform.chat.actions import add_line, edit_line, retire_line
from siklus.platform.chat.models import Line
from siklus.platform.chat.queries import kept_line_for, kept_lines

router = Router()


class LinePatch(Schema):
    name: str | None = Field(None, max_length=80)
    number: str | None = Field(None, max_length=40)
    phone_number_id: str | None = Field(None, max_length=40)
    api_url: str | None = Field(None, max_length=250)
    api_version: str | None = Field(None, max_length=10)
    token: str | None = Field(None, max_length=1000)
    app_secret: str | None = Field(None, max_length=200)
    verify_token: str | None = Field(None, max_length=200)
    owner_id: int | None = Field(None, description="null: everybody writes from it")


class LineIn(LinePatch):
    name: str = Field(max_length=80)
    number: str = Field(max_length=40)
    phone_number_id: str = Field(max_length=40)
    token: str = Field(max_length=1000)
    app_secret: str = Field(max_length=200)


class LineOut(Schema):
    id: int
    name: str
    number: str
    provider: str
    phone_number_id: str
    api_url: str
    api_version: str
    owner_id: int | None
    called_at: datetime | None
    error: str
    waiting: int
    stuck: int


def answered(line: Line) -> dict[str, Any]:
    row = kept_lines().get(pk=line.pk)
    return {name: getattr(row, name) for name in LineOut.model_fields}


def _values(user: User, payload: LinePatch) -> dict[str, Any]:
    given = payload.dict(exclude_unset=True)
    values = {key: value for key, value in given.items() if value is not None and key != "owner_id"}
    if "owner_id" in given:
        values["owner"] = referred(a_user, user, given["owner_id"], "owner_id")
    return values


@router.get("", response=list[LineOut], operation_id="list_whatsapp_lines")
def list_lines(request: HttpRequest) -> Any:
    """Numbers of ours. Secrets are never told."""
    operator(request)
    return [answered(line) for line in kept_lines()]


@router.post("", response={201: LineOut}, operation_id="add_whatsapp_line")
def post_line(request: HttpRequest, payload: LineIn) -> Any:
    user = operator(request)
    return 201, answered(add_line(by=user, at=timezone.now(), **_values(user, payload)))


@router.patch("/{int:line_id}", response=LineOut, operation_id="edit_whatsapp_line")
def patch_line(request: HttpRequest, line_id: int, payload: LinePatch) -> Any:
    user = operator(request)
    line = one(kept_line_for, user, line_id)
    return answered(edit_line(line=line, by=user, at=timezone.now(), **_values(user, payload)))


@router.delete("/{int:line_id}", response={204: None}, operation_id="retire_whatsapp_line")
def delete_line(request: HttpRequest, line_id: int) -> Any:
    """Its messages stay, its secrets go."""
    user = operator(request)
    retire_line(line=one(kept_line_for, user, line_id), by=user, at=timezone.now())
    return 204, None
