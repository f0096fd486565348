"""Mail that goes out and comes in. Knows nothing about selling.

Nouns: Mailbox, Folder (how far it was read), Received, Sighting, Skipped, Outgoing. Verbs: add_mailbox, edit_mailbox,
retire_mailbox; queue_mail, send_due, send_again; fetch_mailbox. Facts: mailbox.*, mail.sent, .failed, .uncertain, .bounced,
.received. Door: mailbox_for(user, id). Rooms above say what to keep (`sieve`) and what may leave (`before_sending`).
A mail is handed over at most once: a worker that dies in between leaves it *uncertain*, and a person decides.
"""
