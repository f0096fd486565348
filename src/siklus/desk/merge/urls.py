from django.urls import URLPattern, path, re_path

from siklus.desk.merge.duplicates import duplicates_apart, duplicates_page, duplicates_scan
from siklus.desk.merge.kinds import KINDS
from siklus.desk.merge.views import merge_page, unmerge

KIND = f"(?P<kind>{'|'.join(KINDS)})"
urlpatterns: list[URLPattern] = [
    *[
        path(f"{one.folder}/<int:record_id>/merge/", merge_page, {"kind": kind}, name=f"{kind}_merge")
        for kind, one in KINDS.items()
    ],
    *[
        path(f"{one.folder}/<int:record_id>/unmerge/", unmerge, {"kind": kind}, name=f"{kind}_unmerge")
        for kind, one in KINDS.items()
    ],
    path("duplicates/all/", duplicates_page, {"kind": "deal"}, name="possible_duplicates"),
    re_path(f"^duplicates/{KIND}/$", duplicates_page, name="duplicate_pairs"),
    re_path(f"^duplicates/{KIND}/apart/$", duplicates_apart, name="duplicate_apart"),
    re_path(f"^duplicates/{KIND}/scan/$", duplicates_scan, name="duplicate_scan"),
]
