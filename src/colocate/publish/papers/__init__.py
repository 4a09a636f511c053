"""Papers for a board: business cases and the programme; one content, a page and a document."""
