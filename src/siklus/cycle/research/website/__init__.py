"""The website of a company, read as a polite guest: robots.txt first, a handful of pages, one request at a time.

`visit` goes there, `links` chooses the pages, `extract` and `structured` say what a page tells. None of them knows our
tables; `actions/website.py` writes what was found.
"""
