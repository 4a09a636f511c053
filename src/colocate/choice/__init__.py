"""Choice: criteria, weights, scores and ranks, and the story of an option."""
