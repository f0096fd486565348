"""Bringing tables in, with a look before and a way back.

Nouns: ImportBatch, ImportChunk, ImportUpdate, ImportProblem, RememberedMapping.
Verbs: start_import, check_import, run_import, undo_import. Facts: import.started, import.finished, import.undone.
A room says what can be imported by registering an Importer.
"""
