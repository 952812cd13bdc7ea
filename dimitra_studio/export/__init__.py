"""Results leave the studio: video files, motion files."""
