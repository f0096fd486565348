from django.urls import path

from siklus.insight import closing_views, views

app_name = "insight"
urlpatterns = [
    path("dashboard/", views.dashboard, name="dashboard"),
    path("close-rate/", closing_views.close_rate, name="close_rate"),
    path("win-loss/", closing_views.win_loss, name="win_loss"),
]
