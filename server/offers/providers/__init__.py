"""Sources of offers: one small module each."""
