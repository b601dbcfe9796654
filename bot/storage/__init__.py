"""Tables, migrations, repositories and the unit of work. SQLAlchemy lives here only."""

from __future__ import annotations
