"""What catalogue, offers and shop pages say alike about a thing on sale."""
