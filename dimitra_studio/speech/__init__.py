"""Voice as language: transcript, phonemes, features, text embedding."""
