"""Jobs without Qt: model registry, devices, pipeline."""
