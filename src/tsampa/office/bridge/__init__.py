"""The bridge: what the office knows, frozen for the count; what the count found, brought back to the households."""
