"""The lines of the written matrix (authorization.py) about drafts: the designers' alone.

The open draft waits for review and was made by P61, who asks about it: its approval is another person's (S4), and what
one button ends (``drop``) the next ones find ended.  Addresses for scripts are sent a form here, which they cannot
read (400).
"""

from __future__ import annotations

DESIGNING = """
GET  /designer                                               -        sxxxxxxxxxxoxxxxxxx
GET  /designer/drafts/<id>                                   absent   sxxxxxxxxxx0xxxxxxx
GET  /designer/drafts/<id>                                   open     sxxxxxxxxxxoxxxxxxx
GET  /designer/drafts/<id>/adopt/<name>                      absent   sxxxxxxxxxx0xxxxxxx
GET  /designer/drafts/<id>/adopt/<name>                      open     sxxxxxxxxxxoxxxxxxx
GET  /designer/drafts/<id>/files/<kind>/<name>               absent   sxxxxxxxxxx0xxxxxxx
GET  /designer/drafts/<id>/files/<kind>/<name>               open     sxxxxxxxxxxoxxxxxxx
GET  /designer/drafts/<id>/files/<kind>/<name>/comments      absent   sxxxxxxxxxx0xxxxxxx
GET  /designer/drafts/<id>/files/<kind>/<name>/comments      open     sxxxxxxxxxxoxxxxxxx
GET  /designer/drafts/<id>/files/<kind>/<name>/content       absent   sxxxxxxxxxx0xxxxxxx
GET  /designer/drafts/<id>/files/<kind>/<name>/content       open     sxxxxxxxxxxoxxxxxxx
GET  /designer/drafts/<id>/items/<name>                      absent   sxxxxxxxxxx0xxxxxxx
GET  /designer/drafts/<id>/items/<name>                      open     sxxxxxxxxxxoxxxxxxx
GET  /designer/drafts/new                                    -        sxxxxxxxxxxoxxxxxxx
GET  /designer/vocabulary.json                               -        sxxxxxxxxxxoxxxxxxx
POST /designer/checkout                                      -        sxxxxxxxxxxcxxxxxxx
POST /designer/drafts/<id>/adopt/<name>                      absent   sxxxxxxxxxx0xxxxxxx
POST /designer/drafts/<id>/adopt/<name>                      open     sxxxxxxxxxxcxxxxxxx
POST /designer/drafts/<id>/approve                           absent   sxxxxxxxxxx0xxxxxxx
POST /designer/drafts/<id>/approve                           open     sxxxxxxxxxxxxxxxxxx
POST /designer/drafts/<id>/comment                           absent   sxxxxxxxxxx0xxxxxxx
POST /designer/drafts/<id>/comment                           open     sxxxxxxxxxxvxxxxxxx
POST /designer/drafts/<id>/copy                              absent   sxxxxxxxxxx0xxxxxxx
POST /designer/drafts/<id>/copy                              open     sxxxxxxxxxxvxxxxxxx
POST /designer/drafts/<id>/drop                              absent   sxxxxxxxxxx0xxxxxxx
POST /designer/drafts/<id>/drop                              open     sxxxxxxxxxxoxxxxxxx
POST /designer/drafts/<id>/drop-file                         absent   sxxxxxxxxxx0xxxxxxx
POST /designer/drafts/<id>/drop-file                         open     sxxxxxxxxxxcxxxxxxx
POST /designer/drafts/<id>/files/<kind>/<name>               absent   sxxxxxxxxxx0xxxxxxx
POST /designer/drafts/<id>/files/<kind>/<name>               open     sxxxxxxxxxxcxxxxxxx
POST /designer/drafts/<id>/files/<kind>/<name>/check         absent   sxxxxxxxxxxbxxxxxxx
POST /designer/drafts/<id>/files/<kind>/<name>/check         open     sxxxxxxxxxxbxxxxxxx
POST /designer/drafts/<id>/files/<kind>/<name>/comments      absent   sxxxxxxxxxxbxxxxxxx
POST /designer/drafts/<id>/files/<kind>/<name>/comments      open     sxxxxxxxxxxbxxxxxxx
POST /designer/drafts/<id>/files/<kind>/<name>/comments/<int:number>/settle absent sxxxxxxxxxx0xxxxxxx
POST /designer/drafts/<id>/files/<kind>/<name>/comments/<int:number>/settle open   sxxxxxxxxxx0xxxxxxx
POST /designer/drafts/<id>/files/<kind>/<name>/presence      absent   sxxxxxxxxxx0xxxxxxx
POST /designer/drafts/<id>/files/<kind>/<name>/presence      open     sxxxxxxxxxxoxxxxxxx
POST /designer/drafts/<id>/files/<kind>/<name>/save          absent   sxxxxxxxxxxbxxxxxxx
POST /designer/drafts/<id>/files/<kind>/<name>/save          open     sxxxxxxxxxxbxxxxxxx
POST /designer/drafts/<id>/files/form/<name>/preview         absent   sxxxxxxxxxxbxxxxxxx
POST /designer/drafts/<id>/files/form/<name>/preview         open     sxxxxxxxxxxbxxxxxxx
POST /designer/drafts/<id>/items/<name>                      absent   sxxxxxxxxxx0xxxxxxx
POST /designer/drafts/<id>/items/<name>                      open     sxxxxxxxxxxvxxxxxxx
POST /designer/drafts/<id>/release-urgently                  absent   sxxxxxxxxxx0xxxxxxx
POST /designer/drafts/<id>/release-urgently                  open     sxxxxxxxxxxcxxxxxxx
POST /designer/drafts/<id>/rename                            absent   sxxxxxxxxxx0xxxxxxx
POST /designer/drafts/<id>/rename                            open     sxxxxxxxxxxcxxxxxxx
POST /designer/drafts/<id>/roll-back                         absent   sxxxxxxxxxx0xxxxxxx
POST /designer/drafts/<id>/roll-back                         open     sxxxxxxxxxxvxxxxxxx
POST /designer/drafts/<id>/send-back                         absent   sxxxxxxxxxx0xxxxxxx
POST /designer/drafts/<id>/send-back                         open     sxxxxxxxxxxcxxxxxxx
POST /designer/drafts/<id>/settle                            absent   sxxxxxxxxxx0xxxxxxx
POST /designer/drafts/<id>/settle                            open     sxxxxxxxxxxcxxxxxxx
POST /designer/drafts/<id>/submit                            absent   sxxxxxxxxxx0xxxxxxx
POST /designer/drafts/<id>/submit                            open     sxxxxxxxxxxcxxxxxxx
POST /designer/drafts/<id>/take                              absent   sxxxxxxxxxx0xxxxxxx
POST /designer/drafts/<id>/take                              open     sxxxxxxxxxxcxxxxxxx
POST /designer/drafts/<id>/take-back                         absent   sxxxxxxxxxx0xxxxxxx
POST /designer/drafts/<id>/take-back                         open     sxxxxxxxxxxcxxxxxxx
POST /designer/drafts/new                                    -        sxxxxxxxxxxvxxxxxxx
"""
