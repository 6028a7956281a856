"""An answer worked out again from the documentation, sharing no code with what it checks.

`rectangles` answers for land that is a rectangle, `frame` for land of any shape in a table; `deciding` says by itself
whether a building fits, and `fits` keeps what it said.
"""
