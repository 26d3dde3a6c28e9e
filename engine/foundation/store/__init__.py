"""The store: engines for SQLite and PostgreSQL, one unit of work, root rows, migrations."""
