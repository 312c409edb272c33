"""Learning together: rounds in which each pupil trains a share, and the class's server averages."""
