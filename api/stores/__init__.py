"""Where versions of the weights and jobs live: a database, by SQLAlchemy. No use case is here.

Stores keep and find; what may be published, and who may ask for it, is decided in services/ and
views/. Each method is one transaction.
"""
