"""One file per kind of phase: its model and its `fly(phase, world)`."""
