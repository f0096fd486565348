from django.urls import URLPattern, path

from siklus.desk.outreach import compose, mailboxes, settings, threads

urlpatterns: list[URLPattern] = [
    path("mail/", threads.mail, name="mail"),
    path("mail/new/", compose.mail_new, name="mail_new"),
    path("mail/words/", compose.mail_words, name="mail_words"),
    path("mail/preview/", compose.mail_preview, name="mail_preview"),
    path("mail/<int:thread_id>/", threads.thread, name="thread"),
    path("mail/<int:thread_id>/tie/", threads.thread_tie, name="thread_tie"),
    path("mail/<int:thread_id>/show/", threads.thread_show, name="thread_show"),
    path("mail/of/<str:kind>/<int:record_id>/", threads.record_mail, name="record_mail"),
    path("mail/messages/<int:message_id>/files/<int:place>/", threads.mail_file, name="mail_file"),
    path("settings/templates/", settings.templates, name="settings_templates"),
    path("settings/templates/new/", settings.template_new, name="template_new"),
    path("settings/templates/<int:template_id>/", settings.template_edit, name="template_edit"),
    path("settings/templates/<int:template_id>/retire/", settings.template_retire, name="template_retire"),
    path("settings/sending/", settings.sending, name="settings_sending"),
    path("settings/sending/rules/", settings.rules_edit, name="rules_edit"),
    path("settings/sending/suppressed/new/", settings.suppression_new, name="suppression_new"),
    path(
        "settings/sending/suppressed/<int:suppression_id>/lift/",
        settings.suppression_lift,
        name="suppression_lift",
    ),
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
