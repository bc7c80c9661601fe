"""Search for similar products: one interface, and an adapter for each kind of database."""
