"""Site sheets: one option on a page of A4."""
