"""Voice as sound: files, resampling."""
