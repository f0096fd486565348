"""What companies, contacts and deals share: a version against lost updates, and fields that a customer adds.

Nouns: Record (abstract), FieldDefinition, Merge. Verbs: add_field, edit_field, retire_field, clean_custom;
in merging: merge, unmerge.
Facts: field.added, field.edited, field.retired.
"""
