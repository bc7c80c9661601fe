"""A picture, page or file from an address that a stranger named."""
