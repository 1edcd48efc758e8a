"""Ledgers that go back out: in the layout they came in, and marked where they must be mended."""
