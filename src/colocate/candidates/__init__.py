"""Candidates: who could share with whom, and the options that follow."""
