"""Settings: one page a subject and a file for each, a dialog for every change."""
