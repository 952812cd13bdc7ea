"""The 3DMM: head model, morphing, landmarks, fit and track."""
