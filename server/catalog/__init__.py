"""Products of shops that the operator knows: feeds in, nearest products out."""
