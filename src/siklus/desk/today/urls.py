from django.urls import URLPattern, path

from siklus.desk.today import views

urlpatterns: list[URLPattern] = [path("", views.today, name="today")]
