"""How well a record fits: what can be asked (attributes), how it is judged (scoring), for all at once (grading)."""
