"""The end of listening that resets nobody.

A listening socket that is closed resets whoever has been connected by the system but not yet been accepted. There is no
call that stops connecting alone, but a filter on the socket can make it deaf to the segments that open a connection
(SYN): whoever was connected is accepted in peace, and a newcomer asks again a second later and is refused.
"""

import ctypes
import socket
import struct
import sys

_SO_ATTACH_FILTER = 26
_SYN_ACK_BITS = 0x12
_SYN = 0x02
_FLAGS_AT = 13
"""Offset of the flags in a TCP header (RFC 9293 3.1)."""

# Classic BPF, as in linux/filter.h: load the flags, mask them, and drop the segment that has SYN alone.
_PROGRAM = (
    (0x30, 0, 0, _FLAGS_AT),
    (0x54, 0, 0, _SYN_ACK_BITS),
    (0x15, 0, 1, _SYN),
    (0x06, 0, 0, 0),
    (0x06, 0, 0, 0xFFFFFFFF),
)


def hear_no_more(listening: socket.socket) -> bool:
    """Let nobody new connect to ``listening``; false where the system cannot do that, and then nothing has changed."""
    if sys.platform != "linux":
        return False
    code = b"".join(struct.pack("HBBI", *each) for each in _PROGRAM)
    kept = ctypes.create_string_buffer(code, len(code))
    program = struct.pack("HP", len(_PROGRAM), ctypes.addressof(kept))
    try:
        listening.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, program)
    except OSError:
        return False
    return True
