"""Which burns reach the target: starts, targets, sequences and their solution."""
