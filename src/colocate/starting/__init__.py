"""Starting: from a folder of raw files to a study of one fire and rescue area, cut to its reach."""
