"""Weights on disk: their description, checks, first run, and the shelf of other weights."""
