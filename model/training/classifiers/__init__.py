"""The small networks beside segmenter and embedder: patterns, wearables alone, verifier."""
