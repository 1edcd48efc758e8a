"""The book of record: entries in hash chains, checkpoints, the clock and the keys of large tables."""
