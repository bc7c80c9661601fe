"""How vendors of offers are asked: one client for all of them."""
