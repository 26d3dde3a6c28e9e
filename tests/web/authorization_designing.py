"""The lines of the written matrix (authorization.py) about releases and running cases: the designer's alone."""

from __future__ import annotations

RELEASES = """GET  /designer/releases                                     -        sxxxxxxxxxxoxxxxxxx
GET  /designer/releases/clauses                             -        sxxxxxxxxxxoxxxxxxx
GET  /designer/releases/clauses/table.xlsx                  -        sxxxxxxxxxxoxxxxxxx
GET  /designer/releases/<code>                              open     sxxxxxxxxxxoxxxxxxx
GET  /designer/releases/<code>                              absent   sxxxxxxxxxx0xxxxxxx
GET  /designer/releases/<code>/compare                      open     sxxxxxxxxxxoxxxxxxx
GET  /designer/releases/<code>/compare                      absent   sxxxxxxxxxx0xxxxxxx
GET  /designer/releases/<code>/compare.xlsx                 open     sxxxxxxxxxxoxxxxxxx
GET  /designer/releases/<code>/compare.xlsx                 absent   sxxxxxxxxxx0xxxxxxx
GET  /designer/releases/<code>/<int:number>/impact          open     sxxxxxxxxxxoxxxxxxx
GET  /designer/releases/<code>/<int:number>/impact          absent   sxxxxxxxxxx0xxxxxxx
GET  /designer/releases/<code>/<int:number>/impact.xlsx     open     sxxxxxxxxxxoxxxxxxx
GET  /designer/releases/<code>/<int:number>/impact.xlsx     absent   sxxxxxxxxxx0xxxxxxx
POST /designer/releases/<code>/<int:number>/migrate         open     sxxxxxxxxxxvxxxxxxx
POST /designer/releases/<code>/<int:number>/migrate         absent   sxxxxxxxxxx0xxxxxxx
GET  /designer/releases/batches/<batch>                     open     sxxxxxxxxxxoxxxxxxx
GET  /designer/releases/batches/<batch>                     absent   sxxxxxxxxxx0xxxxxxx
GET  /designer/releases/batches/<batch>.xlsx                open     sxxxxxxxxxxoxxxxxxx
GET  /designer/releases/batches/<batch>.xlsx                absent   sxxxxxxxxxx0xxxxxxx
POST /designer/releases/batches/<batch>/go                  open     sxxxxxxxxxxoxxxxxxx
POST /designer/releases/batches/<batch>/go                  absent   sxxxxxxxxxx0xxxxxxx"""
