"""Looks: analysed, kept and cropped."""
