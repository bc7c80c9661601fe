"""How good a model is: figures, intervals, comparisons, pages and plots."""
