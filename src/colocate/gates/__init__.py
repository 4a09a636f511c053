"""Gates: what may block an option, and what to find out about it."""
