"""Publish: what people see of a run. The report, the shortlists and the GeoPackage."""
