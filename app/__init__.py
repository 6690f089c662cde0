"""Claims API: of every statement in an essay, who says so, through whom, and does it stand?

The packages, from the lowest layer up. Imports only point down.

``core``: pure, without I/O, clock or framework
    ``errors``       what can go wrong
    ``dates``        EDTF strings as spans of days, and in words
    ``vocabulary``   what may stand in a field: ids, lines, dates, hashes, words of the closed lists
    ``documents``    documents, with their passages and without
    ``model``        the record: documents, sources, entities, topics, claims, statements
    ``rules``        the rule: a table of conditions, in order; ``sourcing``: the table of kinds of word
    ``status``       the rule applied: verdicts, periods, timelines
    ``attribution``  one sentence that cannot lose its source, and who is credited with what
    ``query``        what can be asked, and the plain meaning of the response
    ``cursor``       where a page ended, as an opaque token
``record``: the file
    ``dataset``      ``claims.json`` read and written, all faults at once; ``lines``: as a stream
    ``files``        files opened so that no pipe or device can hang their reader, and none of somebody else's
    ``syntax``       strict JSON, with the lines of values; ``shapes``: faults of single objects in plain words
    ``crosscheck``   rules between a claim and the rest; ``header``: those within the header
    ``anchors``      fold-1; a text cut into passages, and passages located in the reader's own copy of it
    ``served``       a claim as it is served; ``body``: its bytes in one run; ``lists``: other shapes
    ``matching``     claims that a text repeats; ``supposing``: how a claim would stand with other statements
    ``parallel``     lines read by several processes
    ``comparison``   what changed between two records, in words
    ``claimreview``  fact-checks of others as a record; ``editing``: a record begun and made longer
``store``, ``formats``, ``settings``: neighbours that do not know each other
    ``store``        the contract of a store; one plan over an index, in memory or in a SQLite file; files, databases
                     and servers that are followed
    ``formats``      JSON Lines, CSV, JSON-LD, Turtle, text, Atom
    ``settings``     the environment, read once
``web``: the HTTP API and its pages
    ``routing``      the route class with its one handler; ``request``: what endpoints are given
    ``reading``      query strings into models (``params``); ``headers``: negotiation, preconditions
    ``response``     final bytes, and those that are kept; ``problems``: errors as they are told
    ``described``, ``openapi``: the document; ``pages``: for people; the rest are routes by subject
``mcp``: tools for agents, over the client, which is a distribution of its own (``client/``)
``server``: uvicorn; its connections (``protocol``), kept heads (``heads``) and workers (``supervisor``)
``cli``: the command line, which joins the parts
"""

__version__ = "0.1.0"
