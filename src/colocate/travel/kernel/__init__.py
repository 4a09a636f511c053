"""Routing kernels: arrays only, no frame and no setting."""
