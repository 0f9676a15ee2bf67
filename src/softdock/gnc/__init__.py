"""What would run on board: navigation, guidance, control, allocation, modes. It sees measurements, never truth."""
