from django.urls import URLPattern, path

from siklus.desk.find import views

urlpatterns: list[URLPattern] = [
    path("palette/", views.palette, name="palette"),
    path("search/", views.search, name="search"),
]
