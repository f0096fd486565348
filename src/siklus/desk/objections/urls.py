from django.urls import URLPattern, path

from siklus.desk.objections import views

urlpatterns: list[URLPattern] = [
    path("deals/<int:deal_id>/objections/new/", views.objection_new, name="objection_new"),
    path("objections/suggest/", views.objection_suggest, name="objection_suggest"),
    path("objections/<int:objection_id>/answer/", views.objection_answer, name="objection_answer"),
    path("objections/<int:objection_id>/resolve/", views.objection_resolve, name="objection_resolve"),
    path("objections/<int:objection_id>/stands/", views.objection_stands, name="objection_stands"),
    path("objections/<int:objection_id>/reopen/", views.objection_reopen, name="objection_reopen"),
]
