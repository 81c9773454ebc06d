"""Runs a command as on a kernel that was started with ipv6.disable=1: it makes no sockets of IPv6.

https://docs.kernel.org/userspace-api/seccomp_filter.html
"""

import ctypes
import errno
import os
import platform
import socket
import struct
import sys

SOCKET_CALL = {"x86_64": 41, "aarch64": 198}
PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS, MODE_FILTER = 22, 38, 2
ALLOW, ERROR = 0x7FFF0000, 0x00050000
LOAD_WORD, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06
NUMBER_AT, FIRST_ARGUMENT_AT = 0, 16  # in struct seccomp_data


def instruction(code, value, if_true=0, if_false=0):
    return struct.pack("HBBI", code, if_true, if_false, value)


def forbid_ipv6():
    program = b"".join(
        (
            instruction(LOAD_WORD, NUMBER_AT),
            instruction(JUMP_IF_EQUAL, SOCKET_CALL[platform.machine()], if_false=3),
            instruction(LOAD_WORD, FIRST_ARGUMENT_AT),
            instruction(JUMP_IF_EQUAL, socket.AF_INET6, if_false=1),
            instruction(RETURN, ERROR | errno.EAFNOSUPPORT),
            instruction(RETURN, ALLOW),
        )
    )
    code = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(code))
    libc = ctypes.CDLL(None, use_errno=True)
    for call in (
        (PR_SET_NO_NEW_PRIVS, ctypes.c_ulong(1), ctypes.c_ulong(0)),
        (PR_SET_SECCOMP, ctypes.c_ulong(MODE_FILTER), ctypes.c_char_p(header)),
    ):
        if libc.prctl(*call, ctypes.c_ulong(0), ctypes.c_ulong(0)) != 0:
            sys.exit(f"The kernel does not take the filter: {os.strerror(ctypes.get_errno())}.")


if __name__ == "__main__":
    forbid_ipv6()
    os.execvp(sys.argv[1], sys.argv[1:])
