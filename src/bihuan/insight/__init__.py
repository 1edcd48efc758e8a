"""Figures and lists made by selecting: what waits, what turns, counts, exports. Hardly any tables of its own."""
