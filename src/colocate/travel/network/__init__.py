"""Roads: from OpenStreetMap to the road tables."""
