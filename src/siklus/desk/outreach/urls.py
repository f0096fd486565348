from django.urls import URLPattern, path

from siklus.desk.outreach import mailboxes

urlpatterns: list[URLPattern] = [
    path("settings/mailboxes/", mailboxes.mailboxes, name="settings_mailboxes"),
    path("settings/mailboxes/new/", mailboxes.mailbox_new, name="mailbox_new"),
    path("settings/mailboxes/<int:mailbox_id>/", mailboxes.mailbox_edit, name="mailbox_edit"),
    path("settings/mailboxes/<int:mailbox_id>/retire/", mailboxes.mailbox_retire, name="mailbox_retire"),
    path("settings/mailboxes/<int:mailbox_id>/read/", mailboxes.mailbox_read, name="mailbox_read"),
    path(
        "settings/mailboxes/<int:mailbox_id>/mails/<int:mail_id>/again/",
        mailboxes.mail_again,
        name="mail_again",
    ),
]
