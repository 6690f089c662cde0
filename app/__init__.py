"""Claims API: of every statement in an essay, who says so, through whom, and does it stand?

The rooms, from the ground up; imports only ever point down.

Ground floor (pure: no I/O, no clock, no framework)
    ``errors``       what can go wrong
    ``dates``        EDTF strings as spans of days
    ``vocabulary``   the closed lists of words: kinds, stances, statuses
    ``fields``       what may stand in a field: ids, lines, dates, hashes
    ``model``        the record: documents, sources, entities, topics, claims, statements
    ``rules``        the rule: a table of conditions, in order
    ``status``       the rule applied: verdicts, periods, timelines
    ``attribution``  one sentence that cannot lose its source
    ``query``        what can be asked, and the plain meaning of the answer
    ``cursor``       where a page ended, as an opaque token
First floor: the record
    ``dataset``      ``claims.json`` <-> :class:`~app.core.model.Record`, all faults at once; ``lines``: as a stream
    ``files``        a file opened so that no pipe or device can hang its reader
    ``syntax``       strict JSON, and ``positions`` (ground floor): lines of values, repeated keys
    ``shapes``       faults of single objects in plain words
    ``crosscheck``   rules between objects, with ``idlist``: ids of a stream in little memory
    ``anchors``      fold-1; passages located in the reader's own copy of the text
    ``served``       a claim as it is served: its record, status, basis and attribution
    ``lists``        shapes of answers, for the server and the client
    ``comparison``   what changed between two records, in words
    ``claimreview``  the world's fact-checks as a record, with ``ratings``: their verdicts as stances
    ``splitting``    a text cut into passages, and ``editing``: a record begun and made longer
Second floor: neighbours that do not know each other
    ``settings``     the environment, read once
    ``store``        the contract of a store, in memory or in PostgreSQL
    ``formats``      JSON Lines, CSV, JSON-LD, Turtle, text
Third floor: the doors
    ``web``          the HTTP API and its pages
    ``client``       a typed client, waiting and awaited
    ``mcp``          tools for language-model agents, over the client
Above the doors
    ``serving``      the server: sockets, workers, limits of connections, draining
Roof
    ``cli``          the command line, which joins the parts
"""

__version__ = "0.1.0"
