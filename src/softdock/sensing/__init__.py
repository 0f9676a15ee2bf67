"""Truth to measurement: what the instruments and the crew's eyes report."""
