"""Pure: does a rectangle fit on this land, at any angle, with proof."""
