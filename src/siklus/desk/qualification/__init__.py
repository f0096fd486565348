"""Qualification on screens: the panel of a deal, one answer, and the frameworks in the settings."""
