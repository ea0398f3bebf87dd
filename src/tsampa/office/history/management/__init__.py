"""Commands of the framework, with what history adds to them."""
