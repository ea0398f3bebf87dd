"""The frame that every page stands in: what a page declares, how it looks, and what its errors say."""
