"""Many recordings at once: a table with a row for each.

Nothing is imported here: the processes that read need no torch, and the app wants the rows only.
"""
