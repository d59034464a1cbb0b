"""No object reads or prints numbers by the host's locale, whatever headers it includes:
python3 tests/locale_guard.py check ARCHIVE... | selftest COMPILER

format_and_layers.py finds such calls in our source. This guard finds those that a library's header,
or an overload like std::to_string(double), adds.
"""

import re
import subprocess

import guard

ASKS = re.compile(
    r"(__isoc\d+_)?(strto(d|f|ld|l|ll|ul|ull|imax|umax)|ato(f|i|l|ll)|v?f?s?scanf)"
    r"|(__)?v?(f|s|sn|as)?printf(_chk)?|localeconv|setlocale|strftime|to(lower|upper)|is[a-z]+"
    r"|__ctype_(b|tolower|toupper)_loc"
    r"|_ZNSo9_M_insert\w*|_ZNSi10_M_extract\w*|_ZNSolsE[a-z]|_ZNSirsER[a-z]"
)
ALSO = {"isatty", "isnan", "isinf", "isfinite"}  # names that begin like is<class>
# JSON, which engine/text/json.cpp reads in the locale "C"; TOML, whose library does so itself; and
# Boost's Sobol, whose state could be printed.
READERS = {"json", "toml_values", "sobol"}


def violations(archives):
    listed = subprocess.run(["nm", "-A", "-u", *archives], check=True, capture_output=True, text=True)
    for line in listed.stdout.splitlines():
        where, _, symbol = line.rpartition(" U ")
        symbol = symbol.split("@")[0]
        thing = where.strip().rstrip(":").split(":")[-1]
        if thing.split(".")[0] in READERS or symbol in ALSO or not ASKS.fullmatch(symbol):
            continue
        yield f"{thing}: {symbol} depends on the locale"


def check(archives):
    found = list(violations(archives))
    for line in found:
        print(line)
    return 1 if found else 0


PLANTED = {  # headers, an expression of double x and a text, is it wrong
    "overload": ("string", "std::to_string(x).size()", True),
    "whole": ("string", "std::to_string(static_cast<int>(x)).size()", False),
    "stream": ("sstream", "(std::ostringstream() << x).str().size()", True),
    "input": ("sstream", "(std::istringstream(text) >> x).good()", True),
    "letter": ("cctype", "std::tolower(*text)", True),
    "space": ("cctype", "std::isspace(*text)", True),
    "read": ("cstdlib", "std::atoi(text)", True),
    "digits": ("charconv", "std::from_chars(text, text + 3, x).ptr - text", False),
    "number": ("cmath", "std::isnan(x) + std::sqrt(x)", False),
}


def selftest(compiler):
    return guard.told(guard.faults_of_selftest(violations, compiler, ["-std=c++20", "-O1"], (
        (f"{name}.cpp", f"#include <{header}>\n"
                        f"long f(double x, const char* text) {{ return long({expression}); }}\n", bad)
        for name, (header, expression, bad) in PLANTED.items())))


if __name__ == "__main__":
    guard.main(__doc__, check, selftest)
