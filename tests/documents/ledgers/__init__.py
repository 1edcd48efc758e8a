"""Ledgers with traps: each builds a file by code and says beside it what a reader must make of it."""
