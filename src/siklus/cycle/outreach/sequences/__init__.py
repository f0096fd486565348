"""Sequences: steps over several channels, with working days between them, until somebody answers.

Nouns: Sequence, SequenceStep, Enrolment, StepRun. Verbs in `editing`, `enrolling`, `running`; `stopping` hears of replies,
bounces, meetings, opt-outs and closed deals. `timing` counts working days and knows no database.
"""
