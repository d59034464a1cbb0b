"""The shape of the source: python3 tests/format_and_layers.py layers|format|selftest

layers    includes between rooms point down only, and within a room they form no cycle of modules or
          of folders; some headers may be included in one place only, and nothing reads or prints
          numbers by the host's locale
format    clang-format has nothing to change (exit 77: no clang-format 14 here)
selftest  the layers check finds planted faults
"""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
ROOMS = ["kernels", "engine", "agents", "bench", "tools", "tests"]  # bottom to top
INCLUDE = re.compile(r'\s*#\s*include\s*(?:<([^>]+)>|"([^"]+)")')

# The only file, or folder, that may include it.
ONE_PLACE = [
    (re.compile(r"(\w+intrin|arm_\w+)\.h$"), "kernels/lane/"),
    (re.compile(r"CLI/"), "tools/command_line/parse.cpp"),
    (re.compile(r"(oneapi/)?tbb(/|\.h$)"), "engine/machine/parallel.cpp"),
    (re.compile(r"nlohmann/|locale\.h$"), "engine/text/json.cpp"),
    (re.compile(r"catch2/"), "tests/support/catch.hpp"),
]
# Streams and locales: how they read and print a number depends on the host.
LOCALE_HEADERS = set(
    "clocale locale sstream iomanip iostream istream ostream strstream regex codecvt cctype cwctype "
    "ctype.h wctype.h stdio_ext.h boost/lexical_cast.hpp".split()
)
# The same for functions: whole names that are called, whatever precedes them.
LOCALE_CALLS = re.compile(
    r"\b(strto(d|f|ld|l|ll|ul|ull|imax|umax|q)(_l)?|wcsto\w+|ato(f|i|l|ll)|sto(d|f|ld|i|l|ll|ul|ull)"
    r"|v?f?s?w?scanf|is(alnum|alpha|blank|cntrl|digit|graph|lower|print|punct|space|upper|xdigit)"
    r"|to(lower|upper)|strftime|strptime|strcoll|strxfrm|strfmon|setlocale|localeconv|ecvt|fcvt|gcvt"
    r"|(put|get)_(time|money)|imbue|lexical_cast|[io]?stringstream|[io]strstream)\s*[(<]"
    r"|\bstd::(locale|w?regex|[io]?stringstream|num_(get|put))\b"
    r"|\b[Jj]son::(parse|accept|sax_parse)\b|\{[^}\s]*:[^}\s]*[LaA]\}"
)
LOCALE_PRINTS = re.compile(r'printf\s*\([^;]*?"[^"]*%[-+ #0-9.*\']*(L|l)?[aefgAEFG]', re.DOTALL)
LOCALE_ALLOWED = {  # they set the locale that is needed, or test it
    "engine/text/json.cpp", "tests/support/comma_locale.hpp", "tests/tools/locale_test.cpp",
}
# Threads, heap, strings and files: the kernels use none of them.
NOT_IN_KERNELS = set(
    "thread mutex shared_mutex atomic condition_variable future memory vector deque list map set "
    "unordered_map unordered_set string string_view sstream iostream istream ostream fstream "
    "filesystem cstdio cstdlib stdio.h stdlib.h".split()
)


def reached(root, file, name, quoted):
    """The file of ours that an include reaches, relative to root; None for somebody else's header.
    <lockstep/x.hpp> is public, <lockstep/detail/...> the kernels, "room/..." private."""
    beside = (file.parent / name).resolve()
    if quoted and beside.is_file() and beside.is_relative_to(root):
        return beside.relative_to(root)
    if quoted:
        return pathlib.Path(name) if name.split("/")[0] in ROOMS else None
    if name.startswith("lockstep/detail/"):
        return pathlib.Path("kernels", name.removeprefix("lockstep/detail/"))
    if name.startswith("lockstep/"):
        rooms = [room for room in ROOMS if (root / room / "include" / name).is_file()]
        return pathlib.Path(rooms[0] if rooms else "nowhere", "include", name)
    return None


def is_public(path):
    return "include" in path.parts


def judge(root, file, name, quoted):
    """Yields what is wrong with one include."""
    path = file.relative_to(root).as_posix()
    here = path.split("/")[0]
    target = reached(root, file, name, quoted)
    there = target.parts[0] if target is not None else here
    if there not in ROOMS:
        yield f"<{name}> names no room"
    elif ROOMS.index(there) > ROOMS.index(here):
        yield f"<{name}> points upward, from {here} to {there}"
    elif target is not None and quoted and (here == "kernels" or is_public(file.relative_to(root))):
        yield f'"{name}" is private, and this header is installed'
    strangers = path.startswith("tests/package/")  # whose programs know nothing of our rules
    for header, only in ONE_PLACE:
        allowed = path.startswith(only) if only.endswith("/") else path == only
        if header.match(name) and not allowed and not strangers:
            yield f"<{name}> belongs in {only} alone"
    if here == "kernels" and name in NOT_IN_KERNELS:
        yield f"<{name}> is not for kernels"
    if here != "tests" and name in LOCALE_HEADERS:
        yield f"<{name}> depends on the locale"


def without_comments(text):
    """The same lines without comments; literals are kept."""
    pattern = re.compile(r'//[^\n]*|/\*.*?\*/|("(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\')', re.DOTALL)
    return pattern.sub(lambda m: m[1] or "\n" * m[0].count("\n"), text)


def locale_calls(path, text):
    """Yields the line and the reason of each use of the host's locale."""
    if path in LOCALE_ALLOWED:
        return
    code = without_comments(text)
    for pattern in (LOCALE_CALLS, LOCALE_PRINTS):
        for match in pattern.finditer(code):
            yield (code.count("\n", 0, match.start()) + 1,
                   f"'{match[0].split(chr(10))[0]}' depends on the locale: see "
                   "engine/text/number_text.hpp and engine/text/json.hpp")


def arrows(root, files, unit):
    """The includes within a room: between `unit`s: a header and its source, or a folder."""
    graph = {}
    for file in files:
        here = unit(file.relative_to(root))
        for match in map(INCLUDE.match, file.read_text(encoding="utf-8").splitlines()):
            if match is None:
                continue
            there = reached(root, file, match[1] or match[2], match[2] is not None)
            if there is not None and there.parts[0] == here.parts[0] and unit(there) != here:
                graph.setdefault(here, {}).setdefault(unit(there), file.relative_to(root))
    return graph


def way(graph, start, end, seen):
    """The path from start to end along includes, as a list; empty if there is none."""
    for there in graph.get(start, {}):
        if there == end:
            return [start, end]
        if there not in seen:
            seen.add(there)
            if rest := way(graph, there, end, seen):
                return [start, *rest]
    return []


def folder_of(path):
    """What is public lies below everything of its room: its folder is no idea of its own."""
    return path.with_suffix("") if is_public(path) else path.parent


def runs_back(root, files):
    """Yields the arrows that belong to a circle, with the way that leads back."""
    for unit in (lambda path: path.with_suffix(""), folder_of):
        graph = arrows(root, files, unit)
        for here, targets in graph.items():
            for there, file in targets.items():
                if back := way(graph, there, here, set()):
                    yield f"{file}: an arrow that runs back: {' -> '.join(map(str, [here, *back]))}"


def violations(root):
    root = root.resolve()
    files = [f for room in ROOMS for f in (root / room).rglob("*.[hc]pp")]
    yield from runs_back(root, [f for f in files if "tests" not in f.relative_to(root).parts])
    if not files:
        yield f"{root}: no source found"
    for file in sorted(files):
        text = file.read_text(encoding="utf-8")
        for number, reason in locale_calls(file.relative_to(root).as_posix(), text):
            yield f"{file.relative_to(root)}:{number}: {reason}"
        for number, line in enumerate(text.splitlines(), 1):
            if match := INCLUDE.match(line):
                name, quoted = match[1] or match[2], match[2] is not None
                for reason in judge(root, file, name, quoted):
                    yield f"{file.relative_to(root)}:{number}: {reason}"


def layers():
    found = list(violations(ROOT))
    for line in found:
        print(line)
    return 1 if found else 0


def clang_format():
    """Versions format differently, so only version 14 counts."""
    for name in ("clang-format-14", "clang-format"):
        if shutil.which(name):
            version = subprocess.run([name, "--version"], capture_output=True, text=True).stdout
            if "version 14." in version:
                return name
    return None


def format():
    tool = clang_format()
    if tool is None:
        print("skipped: no clang-format 14 here")
        return 77
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "--", "*.hpp", "*.cpp"],
        cwd=ROOT, check=True, capture_output=True, text=True,
    ).stdout.splitlines()
    files = [f for f in listed if (ROOT / f).is_file()]  # a deleted file is listed until committed
    if not files:
        print("no source found")
        return 1
    return min(1, subprocess.run([tool, "--dry-run", "-Werror", *files], cwd=ROOT).returncode)


def selftest():
    planted = [  # file, include, is it wrong
        ("kernels/planted.hpp", '"engine/planted.hpp"', True),
        ("kernels/planted_private.hpp", '"kernels/rng.hpp"', True),
        ("agents/include/lockstep/planted_private.hpp", '"agents/planted.hpp"', True),
        ("agents/include/lockstep/planted_public.hpp", "<lockstep/detail/planted.hpp>", False),
        ("kernels/env/planted.hpp", '"../../engine/planted.hpp"', True),
        ("engine/planted.hpp", '"tools/planted.hpp"', True),
        ("agents/planted.cpp", '"bench/planted.hpp"', True),
        ("bench/planted.cpp", '"tests/planted.hpp"', True),
        ("tools/planted.cpp", "<lockstep/planted.hpp>", True),
        ("kernels/planted_vector.hpp", "<vector>", True),
        ("kernels/planted_intrinsics.hpp", "<immintrin.h>", True),
        ("tests/planted_intrinsics.cpp", "<arm_neon.h>", True),
        ("kernels/lane/planted_intrinsics.hpp", "<immintrin.h>", False),
        ("engine/planted_tbb.cpp", "<oneapi/tbb/parallel_for.h>", True),
        ("tools/planted_options.cpp", "<CLI/App.hpp>", True),
        ("agents/planted_down.cpp", "<lockstep/detail/planted.hpp>", False),
        ("tests/planted_any.cpp", '"tools/planted.hpp"', False),
        ("engine/planted_vector.cpp", "<vector>", False),
        ("agents/planted_stream.cpp", "<sstream>", True),
        ("tools/planted_locale.cpp", "<locale.h>", True),
        ("tests/planted_stream.cpp", "<iostream>", False),
        ("tests/planted_catch.cpp", "<catch2/catch.hpp>", True),
        ("tests/support/planted_catch.hpp", '"catch2/catch_test_macros.hpp"', True),
    ]
    lines = [  # file, line of code, is it wrong
        ("engine/planted_strtod.cpp", "double x = std::strtod(text.c_str(), nullptr);", True),
        ("engine/planted_atoi.cpp", "int x = atoi (text);", True),
        ("agents/planted_stod.cpp", "const auto x = std::stod(text);", True),
        ("agents/planted_split.cpp", "const auto x = std::stold(\n    text);", True),
        ("kernels/planted_isspace.hpp", "bool b = std::isspace(c);", True),
        ("tools/planted_lower.cpp", "std::ranges::transform(a, b, ::tolower); tolower(c);", True),
        ("tools/planted_json.cpp", "const Json json = Json::parse(text);", True),
        ("tools/planted_accept.cpp", "bool b = nlohmann::json::accept(text);", True),
        ("tools/planted_time.cpp", "std::strftime(text, 9, format, &now);", True),
        ("tools/planted_format.cpp", 'fmt::print("{:.3Lf}", x); fmt::print("{:L}", x);', True),
        ("tools/planted_hexfloat.cpp", 'fmt::print("{:a}", x);', True),
        ("bench/planted_printf.cpp", 'std::snprintf(text, 9, "%-8.3f", x);', True),
        ("bench/planted_printf2.cpp", 'printf("%d and\\n"\n       "%lg", n, x);', True),
        ("tests/planted_stoul.cpp", "CHECK(std::stoul(text) == 1);", True),
        ("tests/planted_regex.cpp", "const std::regex r(pattern);", True),
        ("engine/planted_comment.cpp", "// Not std::strtod(text): it\nint strtod_like = 0;", False),
        ("engine/planted_name.cpp", "custom_stod(text); restore(x); is_digit(c);", False),
        ("bench/planted_hex.cpp", 'std::snprintf(text, 9, "%016llx: 5%% of %s", x, name);', False),
        ("tools/planted_text.cpp", 'fmt::print("{:>8} {:.6g}", name, x);', False),
    ]
    circles = [  # files with what they include, is there an arrow that runs back
        ({"engine/planted_a/one.hpp": "engine/planted_b/two.hpp",
          "engine/planted_b/three.cpp": "engine/planted_a/four.hpp"}, True),
        ({"agents/planted_c/five.hpp": "agents/planted_c/six.hpp",
          "agents/planted_c/six.cpp": "agents/planted_c/five.hpp"}, True),
        ({"agents/planted_d/seven.hpp": "agents/planted_d/eight.hpp",
          "agents/planted_d/nine.cpp": "agents/planted_d/seven.hpp"}, False),
    ]
    for files, wrong in circles:
        with tempfile.TemporaryDirectory() as folder:
            for path, include in files.items():
                (pathlib.Path(folder) / path).parent.mkdir(parents=True, exist_ok=True)
                (pathlib.Path(folder) / path).write_text(f'#include "{include}"\n')
            if any("runs back" in line for line in violations(pathlib.Path(folder))) != wrong:
                print(f"{list(files)}: {'not seen' if wrong else 'seen, though it is right'}")
                return 1
    with tempfile.TemporaryDirectory() as folder:
        copy = pathlib.Path(folder)
        for room in ROOMS:
            if (ROOT / room).is_dir():
                shutil.copytree(ROOT / room, copy / room)
        before = set(violations(copy))
        for path, include, _ in planted:
            (copy / path).parent.mkdir(parents=True, exist_ok=True)
            (copy / path).write_text(f"#pragma once\n#include {include}\n")
        for path, line, _ in lines:
            (copy / path).write_text(f"#pragma once\n{line}\n")
        found = {line.split(":")[0] for line in set(violations(copy)) - before}
    wanted = {path for path, _, wrong in planted + lines if wrong}
    for path in sorted(found ^ wanted):
        print(f"{path}: {'not seen' if path in wanted else 'seen, though it is right'}")
    return 1 if found != wanted else 0


if __name__ == "__main__":
    tests = {"layers": layers, "format": format, "selftest": selftest}
    if len(sys.argv) != 2 or sys.argv[1] not in tests:
        sys.exit(__doc__)
    sys.exit(tests[sys.argv[1]]())
