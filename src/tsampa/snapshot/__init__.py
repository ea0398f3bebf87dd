"""Frozen registers: Parquet files with a manifest, written whole or not at all, verified to the byte."""
