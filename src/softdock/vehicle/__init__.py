"""What a craft is: mass, engines, jets, ports. Descriptions only."""
