"""The order of offers: ranking by similarity, and the user's filters."""
