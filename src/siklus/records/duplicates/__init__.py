"""Records that may be the same one, found in one go over the keys that are kept with every record.

Nouns: Candidate, ToldApart. Verbs: scan_duplicates, tell_apart. Facts: duplicates.scanned, duplicates.told_apart.
Question: candidates_for(user, kind).
"""
