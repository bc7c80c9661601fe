"""The embedder: garments seen more than once, views of them, and its layers."""
