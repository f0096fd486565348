"""A person's own calendar at a secret address, for the calendar program on their phone or desk."""
