"""One index over companies, contacts and deals; any part of a word finds; the same visibility as the lists.

Verbs: index, unindex. Question: find.
"""
