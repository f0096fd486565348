from django.urls import URLPattern, path, re_path

from siklus.desk.filters.columns import LISTS
from siklus.desk.lists.bulk import bulk
from siklus.desk.lists.dialogs import columns_dialog, filter_dialog
from siklus.desk.lists.export import list_export
from siklus.desk.lists.progress import bulk_change, bulk_changes
from siklus.desk.lists.saved import view_delete, view_edit, view_new
from siklus.desk.lists.views import list_page, list_totals

KIND = f"(?P<kind>{'|'.join(LISTS)})"

urlpatterns: list[URLPattern] = [
    *[path(f"{kind}/", list_page, {"kind": kind}, name=kind) for kind in LISTS],
    re_path(f"^{KIND}/totals/$", list_totals, name="list_totals"),
    re_path(f"^{KIND}/export.csv$", list_export, name="list_export"),
    re_path(f"^{KIND}/filter/$", filter_dialog, name="list_filter"),
    re_path(f"^{KIND}/columns/$", columns_dialog, name="list_columns"),
    re_path(f"^{KIND}/bulk/$", bulk, name="list_bulk"),
    path("changes/", bulk_changes, name="bulk_changes"),
    path("changes/<int:change_id>/", bulk_change, name="bulk_change"),
    path("views/new/", view_new, name="view_new"),
    path("views/<int:view_id>/", view_edit, name="view_edit"),
    path("views/<int:view_id>/delete/", view_delete, name="view_delete"),
]
