"""No code compiled for one instruction set can replace another's:
python3 tests/symbol_guard.py check FILE... | selftest COMPILER

The linker keeps one definition of an inline function, from whichever object it comes. If that were
one compiled for AVX-512, it would run on CPUs that lack it. So in the objects of an instruction set
other than `scalar`, such as *_avx512.cpp.o, alone or in archives:
- a weak function carries its instruction set in its name, and no other object defines it;
- a weak variable is constant, or carries its instruction set as functions do;
- nothing runs when a program is loaded.
"""

import collections
import pathlib
import re
import subprocess
import tempfile

import guard

LIST = pathlib.Path(__file__).resolve().parent.parent / "kernels" / "isa" / "list.hpp"
ISAS = re.findall(r"^    SET\((\w+)", LIST.read_text(), re.MULTILINE)
ISA = re.compile(rf"_({'|'.join(ISAS[1:])})(\.cpp)?\.o$")
MANGLED = {isa: f"{len(isa)}{isa.capitalize()}" for isa in ISAS}  # how a C++ name spells the type
ON_LOAD = re.compile(r"_GLOBAL__|__cxx_global_var_init|^__GLOBAL_")
CONSTANT = re.compile(r"^\.(rodata|data\.rel\.ro|data\.rel\.local\.DW\.ref|data\.DW\.ref)")

Symbol = collections.namedtuple("Symbol", "name kind type section")


def read(files):
    """Yields every object's name with its defined symbols."""
    text = subprocess.run(
        ["nm", "--format=sysv", "--defined-only", *files], check=True, capture_output=True, text=True
    ).stdout
    name, symbols = None, []
    for line in text.splitlines():
        if header := re.match(r"Symbols from (.*):$", line):
            if name is not None:
                yield name, symbols
            name, symbols = header[1], []
        elif line.count("|") >= 6:
            cells = [cell.strip() for cell in line.split("|")]
            symbols.append(Symbol(cells[0], cells[2], cells[3], cells[6]))
    if name is not None:
        yield name, symbols


def isa_of(name):
    match = ISA.search(name.rstrip("]"))  # members of an archive are named `archive[member]`
    return match[1] if match else None


def judge(symbol, isa, definers):
    """Yields what is wrong with one symbol of an object for `isa`."""
    if ON_LOAD.search(symbol.name):
        yield "runs when the program is loaded"
    if symbol.kind not in ("W", "V", "u"):
        return
    if symbol.type != "FUNC" and CONSTANT.match(symbol.section):
        return
    if MANGLED[isa] not in symbol.name:
        what = "" if symbol.type == "FUNC" else f"is a shared variable in {symbol.section} and "
        yield f"{what}does not carry {isa} in its name"
    for other in sorted(definers):
        if isa_of(other) != isa:
            yield f"is also defined in {other}"


def violations(files):
    objects = list(read(files))
    if not any(isa_of(name) for name, _ in objects):
        yield f"no object of an instruction set in {' '.join(map(str, files))}"
    definers = collections.defaultdict(set)
    for name, symbols in objects:
        for symbol in symbols:
            if symbol.kind in ("W", "V", "u", "T"):
                definers[symbol.name].add(name)
    for name, symbols in objects:
        if isa := isa_of(name):
            for symbol in symbols:
                for reason in judge(symbol, isa, definers[symbol.name]):
                    yield f"{name}: {symbol.name} {reason}"


def check(files):
    found = list(violations(files))
    for line in found[:50]:
        print(line)
    if len(found) > 50:
        print(f"and {len(found) - 50} more")
    return 1 if found else 0


SHARED = """
struct ISA;
template <class Isa> __attribute__((noinline)) int carries(int x) { return x + 1; }
%s
int LOCAL(int x) { return carries<ISA>(x)%s; }
"""
PLANTED = {  # declaration, use, is it wrong
    "clean": ("constexpr int table[] = {1, 2, 3};", " + table[x]", False),
    "constant": ("inline const int table[] = {1, 2, 3};", " + table[x]", False),
    "inline": ("inline __attribute__((noinline)) int plain(int x) { return x * 3; }", " + plain(x)", True),
    "variable": ("inline int counter = 0;", " + counter++", True),
    "loading": ("int now(); static int kept = now();", " + kept", True),
}


def selftest(compiler):
    """Every planted fault is found, also in an archive, and correct code passes."""
    wrong = []
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        for name, (declaration, use, bad) in PLANTED.items():
            source = folder / f"{name}.cpp"
            source.write_text(SHARED % (declaration, use))
            objects = []
            for isa in ISAS:
                objects.append(folder / f"{name}_{isa}.cpp.o")
                subprocess.run(
                    [compiler, "-std=c++20", "-O1", f"-DISA={isa.capitalize()}", f"-DLOCAL=local_{isa}", "-c", source, "-o",
                     objects[-1]], check=True,
                )
            archive = folder / f"lib{name}.a"
            subprocess.run(["ar", "rcs", archive, *objects], check=True)
            for files in (objects, [archive]):
                if bool(list(violations(files))) != bad:
                    wrong.append(f"{name}: {'not seen' if bad else 'seen, though it is right'}")
        if not list(violations([folder / "clean_scalar.cpp.o"])):
            wrong.append("files without an object of an instruction set pass")
    return guard.told(wrong)


if __name__ == "__main__":
    guard.main(__doc__, check, selftest)
