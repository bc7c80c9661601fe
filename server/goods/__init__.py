"""The vocabulary of things on sale, shared by the catalogue, offers and shop pages."""
