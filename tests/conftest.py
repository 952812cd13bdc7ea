"""`--hypothesis-profile=full` tries properties on many more examples than `make test` has time for."""

from hypothesis import settings

settings.register_profile("full", max_examples=1000, deadline=None)
