"""Who signs in to a loaded ledger. Invented accounts with a public password: for the benchmark's homes alone."""

from __future__ import annotations

PASSWORD = "closed-loop-2026"
CITY, COUNTY, LEAF, AUDITOR = "city", "county", "leaf", "auditor"
"""The city's coordinator, a county's, the liaison of the bureau that leads a fifth, an auditor."""
