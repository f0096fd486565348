"""Demos on the screens: the panel of a deal, booking, the page of a demo, the list, the settings."""
