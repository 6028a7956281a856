"""Raw rows made records of our layers: fields recognised, values and outlines read, repaired and judged."""
