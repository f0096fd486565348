"""The journal: an append-only record of business facts, written in the transaction of the change.

Nouns: Fact (declared once, in a room's facts.py), Entry (one recorded fact), Mention, Delivery.
Verbs: record, record_many, deliver_due. Questions: timeline, entries, replayable.
Nothing outside this room touches its tables.
"""
