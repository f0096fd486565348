from django.urls import path

from siklus.platform.imports import views

app_name = "imports"
urlpatterns = [
    path("", views.imports, name="imports"),
    path("new/", views.new, name="new"),
    path("mappings/<int:mapping_id>/forget/", views.forget, name="forget"),
    path("<int:batch_id>/", views.one, name="import"),
    path("<int:batch_id>/map/", views.map_columns, name="map"),
    path("<int:batch_id>/run/", views.run, name="run"),
    path("<int:batch_id>/undo/", views.undo, name="undo"),
    path("<int:batch_id>/problems.csv", views.problems, name="problems"),
]
