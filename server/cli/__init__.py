"""The command `where-to-buy`."""
