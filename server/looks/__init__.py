"""Analysing, keeping and cropping looks."""
