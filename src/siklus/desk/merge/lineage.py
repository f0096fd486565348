"""What went into a record, and where a merged one lives on."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from siklus.desk.merge.kinds import KINDS
from siklus.desk.pages.answers import viewer
from siklus.platform.accounts.models import User
from siklus.platform.accounts.visibility import can_see_owner
from siklus.records.fields.merging import lineage, survivor

View = Callable[..., HttpResponse]


def merged_names(kind: str, record: Any, user: User) -> dict[str, Any]:
    """The names that `_merged.html` needs."""
    trails = [one for one in lineage(kind, record) if one.kept_id == record.pk]
    others = KINDS[kind].model._base_manager.in_bulk([one.other_id for one in trails])
    found = [
        {"trail": one, "name": others[one.other_id].name, "can_undo": can_see_owner(user, others[one.other_id].owner_id)}
        for one in trails
    ]  # fmt: skip
    return {"merged": found, "merge_kind": kind, "record": record}


def follows(kind: str) -> Callable[[View], View]:
    """The page of a record that was merged away leads to the one it lives on in."""

    def decorate(view: View) -> View:
        @wraps(view)
        def followed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            try:
                return view(request, *args, **kwargs)
            except Http404:
                target = survivor(kind, next(iter(kwargs.values())))
                if target is None:
                    raise
                try:
                    KINDS[kind].door(viewer(request), target)
                except ObjectDoesNotExist:
                    raise Http404 from None
                return redirect(KINDS[kind].page(target))

        return followed

    return decorate
