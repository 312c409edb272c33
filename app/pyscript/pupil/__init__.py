"""A pupil's page in a class: what it tells, and the teacher's orders that it carries out."""
