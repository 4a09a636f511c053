"""The stages of a run, one module a room: each gathers what a stage reads and calls it."""
