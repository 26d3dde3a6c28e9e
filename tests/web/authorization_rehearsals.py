"""The lines of the written matrix (authorization.py) about rehearsals: designers, and nobody else."""

from __future__ import annotations

REHEARSALS = """GET  /designer/rehearsals                           -        sxxxxxxxxxxoxxxxxxx
POST /designer/rehearsals                           -        sxxxxxxxxxxvxxxxxxx
POST /designer/rehearsals/tests                     -        sxxxxxxxxxxoxxxxxxx
GET  /designer/rehearsals/<int:id>                  open     sxxxxxxxxxxoxxxxxxx
GET  /designer/rehearsals/<int:id>                  absent   sxxxxxxxxxx0xxxxxxx
GET  /designer/rehearsals/<int:id>/script.json      open     sxxxxxxxxxxoxxxxxxx
GET  /designer/rehearsals/<int:id>/script.json      absent   sxxxxxxxxxx0xxxxxxx
POST /designer/rehearsals/<int:id>/do               open     sxxxxxxxxxx0xxxxxxx
POST /designer/rehearsals/<int:id>/do               absent   sxxxxxxxxxx0xxxxxxx
POST /designer/rehearsals/<int:id>/act              open     sxxxxxxxxxx0xxxxxxx
POST /designer/rehearsals/<int:id>/act              absent   sxxxxxxxxxx0xxxxxxx
POST /designer/rehearsals/<int:id>/advance          open     sxxxxxxxxxxvxxxxxxx
POST /designer/rehearsals/<int:id>/advance          absent   sxxxxxxxxxx0xxxxxxx
POST /designer/rehearsals/<int:id>/message          open     sxxxxxxxxxxvxxxxxxx
POST /designer/rehearsals/<int:id>/message          absent   sxxxxxxxxxx0xxxxxxx
POST /designer/rehearsals/<int:id>/expect           open     sxxxxxxxxxxoxxxxxxx
POST /designer/rehearsals/<int:id>/expect           absent   sxxxxxxxxxx0xxxxxxx
POST /designer/rehearsals/<int:id>/back             open     sxxxxxxxxxxvxxxxxxx
POST /designer/rehearsals/<int:id>/back             absent   sxxxxxxxxxx0xxxxxxx
POST /designer/rehearsals/<int:id>/again            open     sxxxxxxxxxxoxxxxxxx
POST /designer/rehearsals/<int:id>/again            absent   sxxxxxxxxxx0xxxxxxx
POST /designer/rehearsals/<int:id>/keep             open     sxxxxxxxxxxcxxxxxxx
POST /designer/rehearsals/<int:id>/keep             absent   sxxxxxxxxxx0xxxxxxx
POST /designer/rehearsals/tests/<int:id>/drop       open     sxxxxxxxxxxvxxxxxxx
POST /designer/rehearsals/tests/<int:id>/drop       absent   sxxxxxxxxxx0xxxxxxx
"""
