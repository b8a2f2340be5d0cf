#!/usr/bin/env python3
"""Recomputes a draw without Hemvist: who goes first among children whom the pool serves equally well either way.

    python3 lottery.py SEED < ids      prints the ids, one a line, in drawing order

Layout: SHA-256 of the 13 bytes "hemvist.lot/1", the seed and the id (UTF-8, nothing between); lowest first, then by id.
"""
import hashlib
import sys


def number(seed: str, name: str) -> bytes:
    return hashlib.sha256(b"hemvist.lot/1" + seed.encode() + name.encode()).digest()


if __name__ == "__main__":
    sys.stdin.reconfigure(encoding="utf-8")
    sys.stdout.reconfigure(encoding="utf-8")
    ids = [line.rstrip("\n") for line in sys.stdin]
    print("\n".join(sorted(ids, key=lambda name: (number(sys.argv[1], name), name.encode()))))
