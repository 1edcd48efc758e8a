"""Write rows to files that people open; start at `ledgers.write_ledger`."""
