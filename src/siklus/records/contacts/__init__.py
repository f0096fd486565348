"""People at companies. Nouns: Contact, ContactPoint (an e-mail or phone), Position (dated role at a company).

Verbs: add_contact, edit_contact, take_position, assign_contact, tag_contact; merging: merge_contacts, unmerge_contacts.
Facts: contact.added, contact.edited, contact.assigned, contact.moved, contact.merged.
Door: contact_for(user, id).
"""
