"""Ideal customers on the desk: their settings, and the grade of a company or deal with its reasons."""
