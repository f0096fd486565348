"""Siklus: the whole sales life cycle of a company in one system."""
