"""Scoring: criteria, weights, scores and ranks, and how sure they are."""
