"""The offers that the user opened."""
