"""The first-response clock: how long a lead waits, in working time, until somebody of ours speaks to it.

It starts when a lead is created, by whatever way, as the response time of our figures does; only imports start none, since
their rows waited elsewhere. It stops at the first call, mail, message or meeting that a person made: what a sequence sent
by itself, and what the lead wrote, stop nothing. It ends without an answer when the lead is closed. Counted are the hours
of whoever owned the lead at the time, and the house's while nobody did.
Nouns: FirstResponse, ResponseTarget. Verbs: start_clock, reckon, tell_overdue; set_target, drop_target. Facts:
first_response.given, .undone, .overdue; response_target.set, .removed. Doors: responses_for, response_for.
"""
