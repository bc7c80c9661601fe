"""Where products come from: one module for each format."""
