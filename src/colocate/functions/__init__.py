"""Functions: the back office by function and body, how each could be run, and what that brings."""
