"""What the weights that ship were made of, and the way back to the data folder."""
