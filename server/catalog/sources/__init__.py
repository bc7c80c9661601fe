"""The sources of products: one module for each format of feed."""
