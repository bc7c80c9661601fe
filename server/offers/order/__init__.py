"""In which order offers stand, and which of them the user wants to see."""
