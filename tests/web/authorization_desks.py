"""The lines of the written matrix (authorization.py) about the desks of supervision, and tasks in other hands."""

from __future__ import annotations

SUPERVISION = """GET  /me/delays                                -        soooooooooooooooooo
GET  /orders                                   -        sxxxoxoxxooxoxxxxox
GET  /orders/<number>                          open     sxxxox0xxooxoxxxxox
GET  /orders/<number>                          absent   sxxx0x0xx00x0xxxx0x
GET  /orders/<number>/print                    open     sxxxox0xxooxoxxxxox
GET  /orders/<number>/print                    absent   sxxx0x0xx00x0xxxx0x
POST /orders/<number>/answer                   open     sxxxvx0xxxxxxxxxxxx
POST /orders/<number>/answer                   absent   sxxx0x0xxxxxxxxxx0x
POST /orders/<number>/close                    open     sxxxxxxxxcxxxxxxxxx
POST /orders/<number>/close                    absent   sxxxxxxxx0xxxxxxxxx
POST /orders/<number>/send-back                open     sxxxxxxxxcxxxxxxxxx
POST /orders/<number>/send-back                absent   sxxxxxxxx0xxxxxxxxx
POST /orders/<number>/withdraw                 open     sxxxxxxxxvxxxxxxxxx
POST /orders/<number>/withdraw                 absent   sxxxxxxxx0xxxxxxxxx
GET  /orders/new                               -        sxxxxxxxx0xxxxxxxxx
POST /orders/new                               -        sxxxxxxxx0xxxxxxxxx
GET  /supervision/cards                        -        sooooxoxxooxoxxxoox
GET  /supervision/cards/<int:id>               open     soooox0xxooxoxxxoox
GET  /supervision/cards/<int:id>               foreign  soo00x0xxooxoxxx0ox
GET  /supervision/cards/<int:id>               closed   soooox0xxooxoxxxoox
GET  /supervision/cards/<int:id>               absent   s0000x0xx00x0xxx00x
POST /supervision/cards/<int:id>/appeal        open     sxxxvx0xxxxxxxxxxxx
POST /supervision/cards/<int:id>/appeal        foreign  sxx00x0xxxxxxxxx0xx
POST /supervision/cards/<int:id>/appeal        closed   sxxxvx0xxxxxxxxxxxx
POST /supervision/cards/<int:id>/appeal        absent   s0000x0xxxxxxxxx00x
POST /supervision/cards/<int:id>/decide        open     sxxxxxxxxcxxxxxxxxx
POST /supervision/cards/<int:id>/decide        foreign  sxxxxxxxxcxxxxxxxxx
POST /supervision/cards/<int:id>/decide        closed   sxxxxxxxxcxxxxxxxxx
POST /supervision/cards/<int:id>/decide        absent   sxxxxxxxx0xxxxxxxxx
POST /supervision/cards/<int:id>/cancel        open     sxxxxxxxxvxxxxxxxxx
POST /supervision/cards/<int:id>/cancel        foreign  sxxxxxxxxvxxxxxxxxx
POST /supervision/cards/<int:id>/cancel        closed   sxxxxxxxxvxxxxxxxxx
POST /supervision/cards/<int:id>/cancel        absent   sxxxxxxxx0xxxxxxxxx
GET  /standstills                              -        sxxxxxxxxooxooxxxox
GET  /standstills/<int:id>                     open     sxxxxxxxxooxooxxxox
GET  /standstills/<int:id>                     absent   sxxxxxxxx00x00xxx0x
POST /standstills/<int:id>/approve             open     sxxxxxxxxxxxxxxxxcx
POST /standstills/<int:id>/approve             absent   sxxxxxxxxxxxxxxxx0x
POST /standstills/<int:id>/drop                open     sxxxxxxxxoxxxcxxxxx
POST /standstills/<int:id>/drop                absent   sxxxxxxxx0xxx0xxxxx
POST /standstills/<int:id>/end                 open     sxxxxxxxxcxxxcxxxxx
POST /standstills/<int:id>/end                 absent   sxxxxxxxx0xxx0xxxxx
GET  /standstills/new                          -        sxxxxxxxxoxxxoxxxxx
POST /standstills/new                          -        sxxxxxxxxvxxxvxxxxx
GET  /supervision                              -        sxxxxxxxxooxxxxxxox
GET  /supervision/limits                       -        sxxxxxxxxooxxxxxxox
"""

HANDING = """
GET  /inbox/copies                             -        soooooooxooxoxxxoox
POST /inbox/copies/read                        -        soooooooooooooooooo
GET  /inbox/delegated                          -        sooooooxxxxxxxxxoxx
GET  /leave                                    -        sooooooxxxxxxxoxoox
POST /leave                                    -        svvvvvvxxxxxxxvxvvx
POST /leave/<int:id>/revoke                    open     so00000xxxxxxxcx0cx
POST /leave/<int:id>/revoke                    absent   s000000xxxxxxx0x00x
POST /tasks/<id>/copies                        open     svvvvv0vxxxxxxxxvxx
POST /tasks/<id>/copies                        foreign  svv00000xxxxxxxx0xx
POST /tasks/<id>/copies                        closed   svvvvv0vxxxxxxxxvxx
POST /tasks/<id>/copies                        absent   s0000000xxxxxxxx0xx
POST /tasks/<id>/delegate                      open     svvvvv0xxxxxxxxxvxx
POST /tasks/<id>/delegate                      foreign  svv0000xxxxxxxxx0xx
POST /tasks/<id>/delegate                      closed   svvvvv0xxxxxxxxxvxx
POST /tasks/<id>/delegate                      absent   s000000xxxxxxxxx0xx
POST /tasks/<id>/delegation/recall             open     sccccc0xxxxxxxxxcxx
POST /tasks/<id>/delegation/recall             foreign  scc0000xxxxxxxxx0xx
POST /tasks/<id>/delegation/recall             closed   sccccc0xxxxxxxxxcxx
POST /tasks/<id>/delegation/recall             absent   s000000xxxxxxxxx0xx
POST /tasks/<id>/delegation/return             open     sccccc0xxxxxxxxxcxx
POST /tasks/<id>/delegation/return             foreign  scc0000xxxxxxxxx0xx
POST /tasks/<id>/delegation/return             closed   sccccc0xxxxxxxxxcxx
POST /tasks/<id>/delegation/return             absent   s000000xxxxxxxxx0xx
POST /tasks/<id>/transfer                      open     svvvvv0xxxxxxxxxvvx
POST /tasks/<id>/transfer                      foreign  svv0000xxxxxxxxx0vx
POST /tasks/<id>/transfer                      closed   svvvvv0xxxxxxxxxvvx
POST /tasks/<id>/transfer                      absent   s000000xxxxxxxxx00x
POST /tasks/<id>/urges                         open     soxxox0oxoxxxxxxxox
POST /tasks/<id>/urges                         foreign  soxx0x00xoxxxxxxxox
POST /tasks/<id>/urges                         closed   scxxcx0cxcxxxxxxxcx
POST /tasks/<id>/urges                         absent   s0xx0x00x0xxxxxxx0x
""".strip()
"""Transfer, delegation, copies, urging; and leaves."""
