from django.urls import URLPattern, path

from siklus.desk.incentives import my_pay, on_deal, periods, plans

urlpatterns: list[URLPattern] = [
    path("incentives/", my_pay.my_pay, name="my_pay"),
    path("incentives/what-if/", my_pay.what_if, name="what_if"),
    path("incentives/people/<int:user_id>/", my_pay.pay_of, name="pay_of"),
    path("incentives/people/<int:user_id>/statement.csv", my_pay.statement_as_csv, name="pay_csv"),
    path("incentives/people/<int:user_id>/statement.pdf", my_pay.statement_as_pdf, name="pay_pdf"),
    path("incentives/lines/<int:line_id>/dispute/", my_pay.dispute_new, name="pay_dispute"),
    path("incentives/plans/", plans.plans, name="incentive_plans"),
    path("incentives/plans/new/", plans.plan_new, name="incentive_plan_new"),
    path("incentives/plans/try/", plans.plan_try, name="incentive_try"),
    path("incentives/plans/rule/", plans.rule, name="incentive_rule"),
    path("incentives/plans/<int:plan_id>/", plans.plan, name="incentive_plan"),
    path("incentives/plans/<int:plan_id>/letter.pdf", my_pay.plan_letter, name="incentive_letter"),
    path("incentives/plans/<int:plan_id>/new/", plans.version_new, name="incentive_version_new"),
    path("incentives/plans/<int:plan_id>/v<int:number>.yaml", plans.version_text, name="incentive_text"),
    path("incentives/plans/<int:plan_id>/clone/", plans.plan_clone, name="incentive_clone"),
    path("incentives/plans/<int:plan_id>/retire/", plans.plan_retire, name="incentive_retire"),
    path("incentives/plans/<int:plan_id>/people/", plans.person_new, name="incentive_person_new"),
    path("incentives/plans/people/<int:assignment_id>/end/", plans.person_end, name="incentive_person_end"),
    path("incentives/periods/", periods.periods, name="incentive_periods"),
    path("incentives/periods/<int:period_id>/", periods.period, name="incentive_period"),
    path("incentives/plans/<int:plan_id>/post/", periods.period_post, name="incentive_post"),
    path("incentives/periods/<int:period_id>/payroll.csv", periods.period_export, name="incentive_payroll"),
    path("incentives/periods/<int:period_id>/adjust/", periods.adjustment_new, name="incentive_adjust"),
    path("incentives/periods/<int:period_id>/<slug:step>/", periods.period_step, name="incentive_step"),
    path(
        "incentives/adjustments/<int:adjustment_id>/decide/",
        periods.adjustment_decide,
        name="adjustment_decide",
    ),
    path("incentives/disputes/<int:dispute_id>/answer/", periods.dispute_answer, name="dispute_answer"),
    path("deals/<int:deal_id>/pay/", on_deal.deal_pay, name="deal_pay"),
    path("deals/<int:deal_id>/shares/", on_deal.deal_shares, name="deal_shares"),
    path("deals/<int:deal_id>/pay-event/", on_deal.deal_pay_event, name="deal_pay_event"),
]
