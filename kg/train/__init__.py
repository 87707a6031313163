"""Train the model that `kg.extract` ships: the only package that needs torch (extra `train`)."""
