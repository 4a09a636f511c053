"""Library: drive times, catchments and siting for analysts, on frames and arrays of their own."""
