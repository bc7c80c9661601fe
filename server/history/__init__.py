"""What the user opened, looked at, put away and saved."""
