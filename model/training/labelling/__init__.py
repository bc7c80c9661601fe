"""Labels that an earlier model makes."""
