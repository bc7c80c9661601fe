"""Downloads of pictures, pages and files from addresses that a stranger chose."""
