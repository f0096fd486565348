"""Targets: who is asked for what, where they stand, and whether enough new pipeline comes in."""
