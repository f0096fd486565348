from django.urls import path

from siklus.insight import views

app_name = "insight"
urlpatterns = [path("dashboard/", views.dashboard, name="dashboard")]
