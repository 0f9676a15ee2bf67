"""How things move, the truth: forces, point-mass arcs, rigid bodies, contact."""
