"""Inviting people to what is planned: contacts and colleagues get what their calendars understand, and are told of changes.

Nouns: MeetingInvitation, MeetingGuest. Verbs: invite_guests, uninvite_guest, tell_guests, note_answer. Facts:
meeting.invited, .uninvited, .answered. Door: the activity's. What a demo's invitation shares stands in `models` (Told,
Answering) and `letters`.
"""
