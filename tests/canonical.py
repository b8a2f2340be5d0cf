#!/usr/bin/env python3
"""A second writer of canonical JSON (RFC 8785), sharing nothing with the first: lines of JSON in, canonical lines out."""
import json
import sys


def number(value: float) -> str:
    """ECMAScript Number::toString; Python's repr has the same shortest digits, in another notation."""
    if value == 0:
        return "0"
    if value.is_integer() and abs(value) < 1e21:
        digits = repr(value).partition("e")[0].replace(".", "").replace("-", "").strip("0")
        size = len(str(abs(int(value))))
        return ("-" if value < 0 else "") + digits.ljust(size, "0")
    mantissa, _, exponent = repr(abs(value)).partition("e")
    if not exponent and abs(value) >= 1e-6:
        return repr(value)
    if not exponent:
        raise ValueError("repr changed its notation")
    power = int(exponent)
    mantissa = mantissa.removesuffix(".0")
    if power >= -6 and power < 0:
        text = "0." + "0" * (-power - 1) + mantissa.replace(".", "")
    else:
        text = f"{mantissa}e{power:+d}"
    return ("-" if value < 0 else "") + text


def canonical(value) -> str:
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
        return "{" + ",".join(f"{canonical(key)}:{canonical(value[key])}" for key in keys) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    if isinstance(value, float):
        return number(value)
    return json.dumps(value, ensure_ascii=False)


if __name__ == "__main__":
    sys.stdin.reconfigure(encoding="utf-8")
    sys.stdout.reconfigure(encoding="utf-8")
    for line in sys.stdin:
        print(canonical(json.loads(line)))
