"""The application on the network: listening, answering, draining.

uvicorn does the work; what it lacks for a day among strangers is in the rooms beside: deadlines and limits of each
connection (:mod:`~app.server.connections`, :mod:`~app.server.watch`), a way in that a crowd does not block
(:mod:`~app.server.accepting`), an end that resets nobody (:mod:`~app.server.draining`), and several processes at one
address (:mod:`~app.server.workers`).
"""

import gc
from dataclasses import replace

from app.server.door import Door, handed_over, listen
from app.settings import Settings
from app.store import ClaimStore

__all__ = ["Door", "handed_over", "listen", "run"]


def run(store: ClaimStore, settings: Settings, door: Door, workers: int = 1) -> None:
    """Serve by ``workers`` processes until told to end."""
    from app.server.logs import begin_log
    from app.server.server import serve

    begin_log(settings.log_format)
    # All that there is now stays: it is never garbage, and workers share its memory as long as nobody touches it. What
    # garbage a start makes is a thousand small things, and finding them would take longer than they are worth.
    gc.freeze()
    gc.enable()
    if workers == 1:
        serve(store, settings, door)
    else:
        from app.server.sharing import Sheet, Sheets
        from app.server.workers import supervise

        shared = replace(door, alone=False)
        sheets = Sheets(workers)
        supervise(lambda number: serve(store, settings, shared, Sheet(sheets, number)), door, workers)
