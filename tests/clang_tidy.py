"""clang-tidy over every source, each compiled alone: clang_tidy.py SOURCE BUILD [PATTERN]

Configures BUILD for clang, without unity files and precompiled headers, and gives every file whose path matches PATTERN
to clang-tidy. Prints what it finds, and exits with 1 where there is something.
"""

import json
import pathlib
import subprocess
import sys


def configure(source, build):
    subprocess.run(
        ["cmake", "-S", source, "-B", build, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Debug", "-DCMAKE_CXX_COMPILER=clang++",
         "-DLOCKSTEP_UNITY=OFF", "-DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON", "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON"],
        check=True, stdout=subprocess.DEVNULL,
    )
    # Sources that the build makes.
    commands = json.loads((pathlib.Path(build) / "compile_commands.json").read_text())
    made = [c["file"] for c in commands if not pathlib.Path(c["file"]).exists()]
    if made:
        subprocess.run(["ninja", "-C", build, *made], check=True, stdout=subprocess.DEVNULL)


def main(source, build, pattern="."):
    configure(source, build)
    found = subprocess.run(
        ["run-clang-tidy", "-quiet", "-p", build, pattern], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    # One line a file says how it was called.
    lines = [line for line in found.stdout.splitlines() if line and not line.startswith(("clang-tidy", "Enabled checks"))]
    print("\n".join(lines))
    return 1 if found.returncode != 0 else 0


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
