"""From checkpoints to the files that ship, and back."""
