"""The report: one HTML file with map, ranked list and reasons."""
