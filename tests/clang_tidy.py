"""clang-tidy over every source: clang_tidy.py SOURCE BUILD [PATTERN]

Configures BUILD for clang, without precompiled headers, and runs clang-tidy on every file whose
path in BUILD's compile_commands.json matches PATTERN. Most files are combined into one per folder
(unity_tabular_0): alone, each would cost as much as half of them. Prints every fault once, and
exits with 1 if there are any.
"""

import json
import pathlib
import re
import subprocess
import sys

FAULT = re.compile(r"(?P<file>[^\s:]+):\d+:\d+: (error|warning): ")
# Tests need not be fast; they count in small numbers, compare bits, and spell out empty texts.
NOT_OF_TESTS = re.compile(
    r"\[(performance-|readability-container-size-empty|bugprone-(implicit-widening-of-multiplication-result|"
    r"misplaced-widening-cast|integer-division|suspicious-memory-comparison))"
)


def configure(source, build):
    subprocess.run(
        ["cmake", "-S", source, "-B", build, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Debug", "-DCMAKE_CXX_COMPILER=clang++", "-DLOCKSTEP_TESTS=ON",
         "-DLOCKSTEP_UNITY=ON", "-DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON", "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON"],
        check=True, stdout=subprocess.DEVNULL,
    )
    # Sources that the build generates. If asked for them, ninja would first build the dependencies
    # of their target.
    commands = json.loads((pathlib.Path(build) / "compile_commands.json").read_text())
    for made in (c["file"] for c in commands if not pathlib.Path(c["file"]).exists()):
        make = subprocess.run(
            ["ninja", "-C", build, "-t", "commands", "-s", made], check=True, stdout=subprocess.PIPE, text=True
        ).stdout
        lines = [line for line in make.splitlines() if not line.startswith("ninja:")]
        subprocess.run("\n".join(lines), shell=True, check=True, cwd=build)


def faults(output, source, build):
    """Each fault in SOURCE or BUILD with its notes, once, by real path, since many files reach a
    header by different paths. For tests, only the faults that count there."""
    ours = tuple(f"{pathlib.Path(folder).resolve()}/" for folder in (source, build))
    tests = ours[0] + "tests/"
    found = {}
    kept = []  # the notes of the current fault; ignored before the first
    for line in output.splitlines():
        fault = FAULT.match(line)
        if fault:
            path = str(pathlib.Path(fault["file"]).resolve())
            line = line.replace(fault["file"], path, 1)
            passed = not path.startswith(ours) or (path.startswith(tests) and NOT_OF_TESTS.search(line))
            kept = [] if passed or line in found else found.setdefault(line, [])
        elif not line.startswith("clang-tidy"):  # the command line of a file
            kept.append(line)
    return [text for line, notes in found.items() for text in (line, *notes)]


def main(source, build, pattern="."):
    configure(source, build)
    tidy = subprocess.run(
        # Names the rules: clang-tidy would look for them above each file, and some files lie in
        # BUILD. A name in one file that shadows a name in another is not a fault of either.
        ["run-clang-tidy", "-quiet", "-p", build, "-config", (pathlib.Path(source) / ".clang-tidy").read_text(),
         "-extra-arg=-Wno-shadow", pattern],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )
    output = re.sub(r"\x1b\[[0-9;]*m", "", tidy.stdout)
    found = faults(output, source, build)
    if found:
        print("\n".join(found))
    elif tidy.returncode != 0 and not any(map(FAULT.match, output.splitlines())):
        print(tidy.stdout, tidy.stderr)
        return 1
    return 1 if found else 0


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
