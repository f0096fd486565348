"""Webhooks: what is recorded in the journal is told to other programs, signed and retried (Standard Webhooks).

Nouns: Endpoint, Message (one entry for one endpoint), Attempt. Verbs: add_endpoint, edit_endpoint, switch_endpoint,
rotate_secret, remove_endpoint, send_test, send_entry, replay, replay_since. Facts: webhook.*. Door: endpoint_for(user, id).
Knows nothing about selling: which facts there are, the journal's declarations say. Decision 0016 tells why.
"""
