"""A mission: its crafts, its phases, and the director that flies them."""
