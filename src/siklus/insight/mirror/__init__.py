"""Deals, their history and activities as Parquet files beside the database, for reports that read all of them.

The database stays the truth. `keep.py` follows the journal and writes what changed; `state.py` says which files hold now,
and a switch from one set of files to the next is one rename; `read.py` opens them as tables for `siklus.analytics`.
Delete the folder `mirror` of the data folder at any time: it is made anew.
"""
