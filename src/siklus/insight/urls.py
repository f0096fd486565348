from django.urls import path

from siklus.insight import calculator_views, closing_views, report_views, response_views, views

app_name = "insight"
urlpatterns = [
    path("dashboard/", views.dashboard, name="dashboard"),
    path("calculators/", calculator_views.calculator, name="calculators"),
    path("calculators/<slug:key>/", calculator_views.calculator, name="calculator"),
    path("close-rate/", closing_views.close_rate, name="close_rate"),
    path("first-response/", response_views.first_response, name="first_response"),
    path("win-loss/", closing_views.win_loss, name="win_loss"),
    path("reports/", report_views.index, name="reports"),
    path("reports/<slug:name>/", report_views.report, name="report"),
    path("reports/<slug:name>/deals/", report_views.report_deals, name="report_deals"),
    path("reports/<slug:name>/export.csv", report_views.report_csv, name="report_csv"),
    path("reports/<slug:name>/export.xlsx", report_views.report_xlsx, name="report_xlsx"),
]
