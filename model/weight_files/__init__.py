"""Weights on disk: described, checked, tried and kept on a shelf."""
