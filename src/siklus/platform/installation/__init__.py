"""What is fixed for the whole installation: name of the company, currency and time zone of its numbers.

Nouns: Installation (one row). Verbs: found_installation, rename_installation. Read it with `current()`.
"""
