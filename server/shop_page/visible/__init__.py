"""What a reader of the page sees: price, stock, SKU, labelled facts."""
