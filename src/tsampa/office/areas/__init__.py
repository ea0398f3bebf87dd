"""Areas: the tree of codes that everything is placed in."""
