from django.urls import URLPattern, path

from siklus.desk.merge.kinds import KINDS
from siklus.desk.merge.views import merge_page, unmerge

urlpatterns: list[URLPattern] = [
    *[
        path(f"{one.folder}/<int:record_id>/merge/", merge_page, {"kind": kind}, name=f"{kind}_merge")
        for kind, one in KINDS.items()
    ],
    *[
        path(f"{one.folder}/<int:record_id>/unmerge/", unmerge, {"kind": kind}, name=f"{kind}_unmerge")
        for kind, one in KINDS.items()
    ],
]
