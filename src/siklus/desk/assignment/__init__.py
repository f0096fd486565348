"""Who gets leads that nobody has: the rules in the settings."""
