from django.urls import path

from siklus.platform.accounts import views

app_name = "accounts"
urlpatterns = [
    path("sign-in/", views.sign_in_page, name="sign_in"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("password/forgot/", views.forgot_password, name="forgot_password"),
    path("password/new/<str:uid>/<str:token>/", views.new_password, name="new_password"),
    path("me/preferences/", views.preferences, name="preferences"),
    path("me/password/", views.change_password, name="change_password"),
]
