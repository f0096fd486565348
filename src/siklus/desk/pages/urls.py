from django.urls import URLPattern, path

from siklus.desk.pages import activities, beside, company, contact, deal, files, options

urlpatterns: list[URLPattern] = [
    path("deals/<int:deal_id>/", deal.deal_page, name="deal"),
    path("deals/<int:deal_id>/people/", deal.deal_people, name="deal_people"),
    path("deals/<int:deal_id>/products/", deal.deal_product, name="deal_product"),
    path("deals/<int:deal_id>/beside/", beside.deal_beside, name="deal_beside"),
    path("deals/<int:deal_id>/history/", deal.deal_history, name="deal_history"),
    path("companies/<int:company_id>/", company.company_page, name="company"),
    path("contacts/<int:contact_id>/", contact.contact_page, name="contact"),
    path("contacts/<int:contact_id>/points/", contact.contact_points, name="contact_points"),
    path("contacts/<int:contact_id>/position/", contact.contact_position, name="contact_position"),
    path("activities/", activities.activities, name="activities"),
    path("activities/new/", activities.activity_new, name="activity_new"),
    path("activities/plan/", activities.activity_plan, name="activity_plan"),
    path("activities/<int:activity_id>/finish/", activities.activity_finish, name="activity_finish"),
    path("activities/<int:activity_id>/edit/", activities.activity_edit, name="activity_edit"),
    path("activities/<int:activity_id>/cancel/", activities.activity_cancel, name="activity_cancel"),
    path("files/<str:kind>/<int:record_id>/", files.files, name="files"),
    path("files/<str:kind>/<int:record_id>/new/", files.file_new, name="file_new"),
    path("files/<int:file_id>/", files.file_get, name="file_get"),
    path("files/<int:file_id>/delete/", files.file_delete, name="file_delete"),
    path("stream/<str:kind>/<int:record_id>/", options.stream_rest, name="stream"),
    path("options/contacts/", options.contact_options, name="contact_options"),
    path("options/companies/", options.company_options, name="company_options"),
    path("options/products/", options.product_options, name="product_options"),
]
