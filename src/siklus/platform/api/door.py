"""Helpers for the rooms' routers."""

import base64
import binascii
import re
from collections.abc import Callable
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Schema

from siklus.platform.accounts.models import User
from siklus.platform.api.problems import Problem

M = TypeVar("M", bound=Model)
LARGEST_ID = 2**63 - 1


def asker(request: HttpRequest) -> User:
    """The user behind the token."""
    user: User = request.api_user  # type: ignore[attr-defined]
    return user


def worker(request: HttpRequest) -> User:
    """The same, if their role may change records. Raises a 403."""
    user = asker(request)
    if not user.can_work_deals:
        raise Problem(403, _("Your role may not change this."))
    return user


def operator(request: HttpRequest) -> User:
    """The same, if they do operations. Raises a 403."""
    user = asker(request)
    if not user.can_run_operations:
        raise Problem(403, _("Only operations and administrators may do this."))
    return user


def one(door: Callable[[User, int], M], user: User, object_id: int) -> M:
    """Open a room's door; strangers get the 404 of a record that does not exist."""
    if not 0 < object_id <= LARGEST_ID:
        raise Problem(404, _("There is nothing here"))
    return door(user, object_id)


def referred(door: Callable[[User, int], M], user: User, object_id: int | None, field: str) -> M | None:
    """A record that a request names in a field. Raises a 422 naming the field."""
    if object_id is None:
        return None
    try:
        if not 0 < object_id <= LARGEST_ID:
            raise ValueError
        return door(user, object_id)
    except Exception as error:
        if not isinstance(error, ValueError) and type(error).__name__ != "DoesNotExist":
            raise
        message = _("There is no record %(id)s that you may see.") % {"id": object_id}
        raise Problem(422, message, errors=[{"field": field, "message": message}]) from error


def a_user(_viewer: User, user_id: int) -> User:
    """The door to people: everybody who works here may be named."""
    return User.objects.get(pk=user_id, is_active=True)


def etag(version: int) -> str:
    return f'"{version}"'


def expected_version(request: HttpRequest) -> int | None:
    """The version that the client saw, from If-Match; None when it does not care."""
    value = request.headers.get("If-Match", "").strip()
    if value in {"", "*"}:
        return None
    match = re.fullmatch(r'(?:W/)?"(\d{1,9})"', value)
    if match is None:
        raise Problem(400, _('If-Match is an ETag such as "3".'))
    return int(match[1])


def with_etag(response: HttpResponse, version: int) -> None:
    response["ETag"] = etag(version)


class Page(Schema):
    """One page of a list; `next` is the cursor of the following one."""

    items: list[Any]
    next: str | None


def cursor_of(object_id: int) -> str:
    return base64.urlsafe_b64encode(str(object_id).encode()).decode().rstrip("=")


def id_of(cursor: str) -> int:
    """The id behind a cursor. Raises a 400."""
    try:
        value = int(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii"))
        if not 0 <= value <= LARGEST_ID:
            raise ValueError
    except (ValueError, binascii.Error, UnicodeError) as error:
        raise Problem(400, _("This cursor is not one of ours.")) from error
    return value


def paged(
    rows: QuerySet[M],
    *,
    cursor: str | None,
    limit: int,
    show: Callable[[M], dict[str, Any]],
    newest_first: bool = True,
) -> dict[str, Any]:
    """One page by id, newest first: the same cost at any depth."""
    if cursor:
        rows = rows.filter(**{"id__lt" if newest_first else "id__gt": id_of(cursor)})
    found = list(rows.order_by("-id" if newest_first else "id")[: limit + 1])
    following = cursor_of(found[limit - 1].pk) if len(found) > limit else None
    return {"items": [show(row) for row in found[:limit]], "next": following}
