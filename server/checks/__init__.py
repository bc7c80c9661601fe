"""What `where-to-buy doctor` looks at."""
