"""What shops write on buttons and beside prices."""
