"""The lines of the written matrix (authorization.py) about what the departments of a joint review do together.

None of the matrix's cases is a joint one, so whoever may ask at all is told that there is no review; who may do what
in one stands in test_joint_pages.py.
"""

from __future__ import annotations

TOGETHER = """GET  /cases/<case_no>/joint/meetings                    open     s0000000x00x0xxx00x
GET  /cases/<case_no>/joint/meetings                    foreign  s0000000x00x0xxx00x
GET  /cases/<case_no>/joint/meetings                    closed   s0000000x00x0xxx00x
GET  /cases/<case_no>/joint/meetings                    absent   s0000000x00x0xxx00x
GET  /cases/<case_no>/joint/meetings/<int:number>       open     s0000000x00x0xxx00x
GET  /cases/<case_no>/joint/meetings/<int:number>       foreign  s0000000x00x0xxx00x
GET  /cases/<case_no>/joint/meetings/<int:number>       closed   s0000000x00x0xxx00x
GET  /cases/<case_no>/joint/meetings/<int:number>       absent   s0000000x00x0xxx00x
GET  /cases/<case_no>/joint/meetings/<int:number>/<act> open     sxx00x00xxxxxxxx0xx
GET  /cases/<case_no>/joint/meetings/<int:number>/<act> foreign  sxx00x00xxxxxxxx0xx
GET  /cases/<case_no>/joint/meetings/<int:number>/<act> closed   sxx00x00xxxxxxxx0xx
GET  /cases/<case_no>/joint/meetings/<int:number>/<act> absent   sxx00x00xxxxxxxx0xx
POST /cases/<case_no>/joint/meetings/<int:number>/<act> open     sxx00x00xxxxxxxx0xx
POST /cases/<case_no>/joint/meetings/<int:number>/<act> foreign  sxx00x00xxxxxxxx0xx
POST /cases/<case_no>/joint/meetings/<int:number>/<act> closed   sxx00x00xxxxxxxx0xx
POST /cases/<case_no>/joint/meetings/<int:number>/<act> absent   sxx00x00xxxxxxxx0xx
GET  /cases/<case_no>/joint/meetings/<int:number>/print open     s0000000x00x0xxx00x
GET  /cases/<case_no>/joint/meetings/<int:number>/print foreign  s0000000x00x0xxx00x
GET  /cases/<case_no>/joint/meetings/<int:number>/print closed   s0000000x00x0xxx00x
GET  /cases/<case_no>/joint/meetings/<int:number>/print absent   s0000000x00x0xxx00x
GET  /cases/<case_no>/joint/meetings/new                open     sxx00x00xxxxxxxx0xx
GET  /cases/<case_no>/joint/meetings/new                foreign  sxx00x00xxxxxxxx0xx
GET  /cases/<case_no>/joint/meetings/new                closed   sxx00x00xxxxxxxx0xx
GET  /cases/<case_no>/joint/meetings/new                absent   sxx00x00xxxxxxxx0xx
POST /cases/<case_no>/joint/meetings/new                open     sxx00x00xxxxxxxx0xx
POST /cases/<case_no>/joint/meetings/new                foreign  sxx00x00xxxxxxxx0xx
POST /cases/<case_no>/joint/meetings/new                closed   sxx00x00xxxxxxxx0xx
POST /cases/<case_no>/joint/meetings/new                absent   sxx00x00xxxxxxxx0xx
GET  /cases/<case_no>/joint/visits                      open     s0000000x00x0xxx00x
GET  /cases/<case_no>/joint/visits                      foreign  s0000000x00x0xxx00x
GET  /cases/<case_no>/joint/visits                      closed   s0000000x00x0xxx00x
GET  /cases/<case_no>/joint/visits                      absent   s0000000x00x0xxx00x
GET  /cases/<case_no>/joint/visits/<int:number>         open     s0000000x00x0xxx00x
GET  /cases/<case_no>/joint/visits/<int:number>         foreign  s0000000x00x0xxx00x
GET  /cases/<case_no>/joint/visits/<int:number>         closed   s0000000x00x0xxx00x
GET  /cases/<case_no>/joint/visits/<int:number>         absent   s0000000x00x0xxx00x
GET  /cases/<case_no>/joint/visits/<int:number>/<act>   open     sxx00x00xxxxxxxx0xx
GET  /cases/<case_no>/joint/visits/<int:number>/<act>   foreign  sxx00x00xxxxxxxx0xx
GET  /cases/<case_no>/joint/visits/<int:number>/<act>   closed   sxx00x00xxxxxxxx0xx
GET  /cases/<case_no>/joint/visits/<int:number>/<act>   absent   sxx00x00xxxxxxxx0xx
POST /cases/<case_no>/joint/visits/<int:number>/<act>   open     sxx00x00xxxxxxxx0xx
POST /cases/<case_no>/joint/visits/<int:number>/<act>   foreign  sxx00x00xxxxxxxx0xx
POST /cases/<case_no>/joint/visits/<int:number>/<act>   closed   sxx00x00xxxxxxxx0xx
POST /cases/<case_no>/joint/visits/<int:number>/<act>   absent   sxx00x00xxxxxxxx0xx
GET  /cases/<case_no>/joint/visits/<int:number>/print   open     s0000000x00x0xxx00x
GET  /cases/<case_no>/joint/visits/<int:number>/print   foreign  s0000000x00x0xxx00x
GET  /cases/<case_no>/joint/visits/<int:number>/print   closed   s0000000x00x0xxx00x
GET  /cases/<case_no>/joint/visits/<int:number>/print   absent   s0000000x00x0xxx00x
GET  /cases/<case_no>/joint/visits/new                  open     sxx00x00xxxxxxxx0xx
GET  /cases/<case_no>/joint/visits/new                  foreign  sxx00x00xxxxxxxx0xx
GET  /cases/<case_no>/joint/visits/new                  closed   sxx00x00xxxxxxxx0xx
GET  /cases/<case_no>/joint/visits/new                  absent   sxx00x00xxxxxxxx0xx
POST /cases/<case_no>/joint/visits/new                  open     sxx00x00xxxxxxxx0xx
POST /cases/<case_no>/joint/visits/new                  foreign  sxx00x00xxxxxxxx0xx
POST /cases/<case_no>/joint/visits/new                  closed   sxx00x00xxxxxxxx0xx
POST /cases/<case_no>/joint/visits/new                  absent   sxx00x00xxxxxxxx0xx"""
