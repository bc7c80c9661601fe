"""Trained models as functions from a photo to the garments on it."""
