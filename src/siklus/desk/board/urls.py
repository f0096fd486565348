from django.urls import URLPattern, re_path

from siklus.desk.board.views import board_heads, column_more

urlpatterns: list[URLPattern] = [
    re_path("^(?P<kind>leads|deals)/column/$", column_more, name="board_column"),
    re_path("^(?P<kind>leads|deals)/heads/$", board_heads, name="board_heads"),
]
