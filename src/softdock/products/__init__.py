"""What a flight leaves for people: the run directory, the report, the comparison with the record, figures."""
