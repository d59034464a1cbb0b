"""No object fuses what the source does not: python3 tests/fusing_guard.py check ARCHIVE... | selftest COMPILER

gcc 12.2 with -O3 -march=native -ffp-contract=off made vfmaddsub and vfmsubadd from a product and a
sum that are separate in the source, which changed bits. Lanes fuse where they say `fma`, which
never gives one of these; and objects other than AVX lanes fuse nothing.
"""

import re
import subprocess

import guard

OBJECT = re.compile(r"^(?P<name>[^\s:]+\.o):\s+file format")
FUNCTION = re.compile(r"^[0-9a-f]+ <(?P<name>.+)>:$")
MIXED = re.compile(r"\tvfn?m(addsub|subadd)\w+")
FUSED = re.compile(r"\tvfn?m(add|sub)\w+")
LANES = re.compile(r"_avx\w*\.cpp\.o$")  # the instruction sets that have fused operations


def violations(archives):
    listing = subprocess.run(["objdump", "-d", "--no-show-raw-insn", *archives], check=True,
                             capture_output=True, text=True, errors="replace").stdout
    name = function = ""
    for line in listing.splitlines():
        if found := OBJECT.match(line):
            name = found["name"]
        elif found := FUNCTION.match(line):
            function = found["name"]
        elif found := MIXED.search(line) or (not LANES.search(name) and FUSED.search(line)):
            yield f"{name}: {function}: {found[0].strip()}"


def check(archives):
    found = sorted(set(violations(archives)))
    for line in found:
        print(line)
    return 1 if found else 0


PLANTED = {  # file, target, expression of __m256d a, b, c, is it wrong
    "mixed_avx2.cpp": ("fma", "_mm256_fmaddsub_pd(a, b, c)", True),
    "turned_avx512.cpp": ("fma", "_mm256_fmsubadd_pd(a, b, c)", True),
    "plain.cpp": ("fma", "_mm256_fmadd_pd(a, b, c)", True),
    "lanes_avx2.cpp": ("fma", "_mm256_fmadd_pd(a, b, c)", False),
    "apart.cpp": ("avx", "_mm256_add_pd(_mm256_mul_pd(a, b), c)", False),
}


def selftest(compiler):
    if "x86_64" not in subprocess.run([compiler, "-dumpmachine"], check=True, capture_output=True,
                                      text=True).stdout:
        print("skipped: no x86-64 here")
        return 77
    return guard.told(guard.faults_of_selftest(violations, compiler, ["-O2", "-ffp-contract=off"], (
        (name, "#include <immintrin.h>\n"
               f'__attribute__((target("{target}")))\n'
               f"__m256d f(__m256d a, __m256d b, __m256d c) {{ return {expression}; }}\n", bad)
        for name, (target, expression, bad) in PLANTED.items())))


if __name__ == "__main__":
    guard.main(__doc__, check, selftest)
