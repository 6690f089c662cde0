"""What a bad day does to a server: bad files, bad clients, signals, age. ``python -m checks.harness`` runs it all.

Each harness starts ``claims serve`` as its users do, in a process of its own, and gives a :class:`Report`.
"""
