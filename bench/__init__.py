"""How fast: ratios measured in one run on one machine. A benchmark is not a test and gates nothing."""
