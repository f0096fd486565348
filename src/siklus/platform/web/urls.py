from django.urls import path

from siklus.platform.web import views

app_name = "web"
urlpatterns = [path("kit/", views.gallery, name="gallery")]
