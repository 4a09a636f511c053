"""Registers, postcodes and boundaries to located sites."""
