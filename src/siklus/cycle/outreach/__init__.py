"""Writing to people and hearing from them: conversations by e-mail, and who may be written to at all.

Nouns: Thread, Message, Template, Suppression, Consent, SendRules. Verbs: write_email, take_in, tie_thread, show_thread;
suppress, lift_suppression, give_consent, withdraw_consent, set_rules; add, edit and retire a template. Facts: email.*,
suppression.*, consent.*, template.*, send_rules.set. Doors: thread_for, template_for. Every mail passes one gate,
`gates.verdict`, when it is written and again when it leaves.
"""
