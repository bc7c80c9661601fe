"""What the user opened."""
