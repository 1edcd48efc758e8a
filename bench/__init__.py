"""Benchmarks: a city's ledger of any size, loaded fast, and measured through the real server. See docs/performance.md."""
