from django.urls import URLPattern, path

from siklus.desk.targets import views

urlpatterns: list[URLPattern] = [
    path("targets/", views.targets, name="targets"),
    path("targets/quotas/new/", views.quota_new, name="quota_new"),
    path("targets/quotas/<int:quota_id>/end/", views.quota_end, name="quota_end"),
    path("targets/quotas/<int:quota_id>/split/", views.quota_split, name="quota_split"),
]
