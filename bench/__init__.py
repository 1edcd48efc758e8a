"""Benchmarks: a city's ledger of any size, loaded fast, measured through the real server (docs/performance.md)."""
