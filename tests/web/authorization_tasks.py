"""The lines of the written matrix (authorization.py) about what may be done with a task besides completing it."""

from __future__ import annotations

BESIDE_TASKS = """GET  /countersignings                          -        soooooooxxxxxxxxoox
GET  /tasks/<id>/countersigning                open     sooooo0oxooxoxxxoox
GET  /tasks/<id>/countersigning                foreign  soo00000xooxoxxx0ox
GET  /tasks/<id>/countersigning                closed   sooooo0oxooxoxxxoox
GET  /tasks/<id>/countersigning                absent   s0000000x00x0xxx00x
POST /tasks/<id>/countersigning                open     sccvcc0xxxxxxxxxcxx
POST /tasks/<id>/countersigning                foreign  scc0000xxxxxxxxx0xx
POST /tasks/<id>/countersigning                closed   sccccc0xxxxxxxxxcxx
POST /tasks/<id>/countersigning                absent   s000000xxxxxxxxx0xx
POST /tasks/<id>/signature                     open     svvvvv0vxxxxxxxxvvx
POST /tasks/<id>/signature                     foreign  svv00000xxxxxxxx0vx
POST /tasks/<id>/signature                     closed   svvvvv0vxxxxxxxxvvx
POST /tasks/<id>/signature                     absent   s0000000xxxxxxxx00x
GET  /tasks/<id>/send-back                     open     sooooo0xxxxxxxxxoxx
GET  /tasks/<id>/send-back                     foreign  soo0000xxxxxxxxx0xx
GET  /tasks/<id>/send-back                     closed   sooooo0xxxxxxxxxoxx
GET  /tasks/<id>/send-back                     absent   s000000xxxxxxxxx0xx
POST /tasks/<id>/send-back                     open     sccvcc0xxxxxxxxxcxx
POST /tasks/<id>/send-back                     foreign  scc0000xxxxxxxxx0xx
POST /tasks/<id>/send-back                     closed   sccccc0xxxxxxxxxcxx
POST /tasks/<id>/send-back                     absent   s000000xxxxxxxxx0xx
GET  /tasks/<id>/withdraw                      open     sooooo0xxxxxxxxxoxx
GET  /tasks/<id>/withdraw                      foreign  soo0000xxxxxxxxx0xx
GET  /tasks/<id>/withdraw                      closed   sooooo0xxxxxxxxxoxx
GET  /tasks/<id>/withdraw                      absent   s000000xxxxxxxxx0xx
POST /tasks/<id>/withdraw                      open     sccccc0xxxxxxxxxcxx
POST /tasks/<id>/withdraw                      foreign  scc0000xxxxxxxxx0xx
POST /tasks/<id>/withdraw                      closed   sccccc0xxxxxxxxxcxx
POST /tasks/<id>/withdraw                      absent   s000000xxxxxxxxx0xx
"""
