"""Voice as sound: files, pictures of it, playback."""
