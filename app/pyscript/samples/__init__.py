"""The service's samples: what there is, and one of them on the grid."""
