"""The sources of offers: one small module each."""
