"""Write rows to files that people open.

Start at `ledgers.write_ledger` and `csv_ledgers` for our own layout, at `own_layout` for the one an office sent,
at `marked_copy` for a file with its faults marked.
"""
