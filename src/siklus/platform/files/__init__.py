"""Files that people attach to records. Nouns: Attachment. Verbs: attach_file, detach_file."""
