"""The business case of an option or a function: one content, told as a page and as a document."""
