"""What the numbers say: adapts our records and history to the library `siklus.analytics`, and shows the results.

tables    records and history as Arrow tables          reports   named reports, one function each
"""
