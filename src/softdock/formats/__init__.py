"""Files in and out, nothing else."""
