"""Governance: who must agree, in which order, and what has been decided."""
