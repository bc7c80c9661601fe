"""Training pictures, composed of labelled and of empty photos."""
