"""Shortlists: CSV, workbook and what describes them."""
