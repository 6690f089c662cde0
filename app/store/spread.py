"""Runs of numbers that belong to claims, gathered for many claims at once.

numpy is loaded by the first question that needs it, and small editions never ask one.
"""

from typing import TYPE_CHECKING

from pyroaring import BitMap

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def gather(
    numbers: memoryview, ends: "memoryview[int]", claims: BitMap
) -> "tuple[NDArray[np.uint32], NDArray[np.uint32]]":
    """The numbers of ``claims``, one run after the other, and beside each the claim whose it is.

    ``numbers`` are 32 bits wide; those of claim ``n`` stand from ``ends[n]`` to ``ends[n + 1]``.
    """
    import numpy as np

    chosen = np.frombuffer(claims.to_array(), dtype=np.uint32)
    every = np.frombuffer(ends, dtype=ends.format)
    first, lengths = every[chosen], every[chosen + 1] - every[chosen]
    places = np.repeat(first - (np.cumsum(lengths, dtype=first.dtype) - lengths), lengths.astype(np.intp))
    places += np.arange(len(places), dtype=first.dtype)
    return np.frombuffer(numbers, dtype=np.uint32)[places], np.repeat(chosen, lengths.astype(np.intp))
