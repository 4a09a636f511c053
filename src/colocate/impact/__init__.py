"""Impact: what each option would do to fire cover, to access, and to whom."""
