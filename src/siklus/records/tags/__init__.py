"""Short marks on companies, contacts and deals.

Nouns: Tag, Tagging. Verbs: set_tags. Questions: tags_of, tags_by_record.
"""
