"""Situations for the moves between levels and offices, by room; `tests.web.situations` joins them to its own."""
