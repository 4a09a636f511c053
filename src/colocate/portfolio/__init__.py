"""Portfolio: which options together, and where stations would be sited anew."""
