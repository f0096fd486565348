"""How soon leads are answered: on their pages, on Today, and the targets in the settings."""
