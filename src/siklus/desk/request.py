"""A request of somebody who signed in: strangers never come as far as the desk."""

from django.http import HttpRequest

from siklus.platform.accounts.models import User


class Request(HttpRequest):
    user: User
