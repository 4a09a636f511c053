"""Roads, speeds, travel times and catchments: from OpenStreetMap to `site_to_demand`."""
