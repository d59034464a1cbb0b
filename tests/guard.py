"""What the guards over objects share: their command line, and how they are tested."""

import pathlib
import subprocess
import sys
import tempfile


def faults_of_selftest(violations, compiler, flags, planted):
    """Archives each planted source (file name, text, is it wrong); returns the misjudged ones."""
    wrong = []
    with tempfile.TemporaryDirectory() as folder:
        for name, text, bad in planted:
            source = pathlib.Path(folder) / name
            source.write_text(text)
            thing, archive = f"{source}.o", source.with_suffix(".a")
            subprocess.run([compiler, *flags, "-c", source, "-o", thing], check=True)
            subprocess.run(["ar", "rcs", archive, thing], check=True)
            if bool(list(violations([archive]))) != bad:
                wrong.append(f"{name}: {'not seen' if bad else 'seen, though it is right'}")
    return wrong


def told(wrong):
    """Prints the lines, and returns the exit code."""
    for line in wrong:
        print(line)
    return 1 if wrong else 0


def main(usage, check, selftest):
    if len(sys.argv) >= 3 and sys.argv[1] == "check":
        sys.exit(check(sys.argv[2:]))
    if len(sys.argv) == 3 and sys.argv[1] == "selftest":
        sys.exit(selftest(sys.argv[2]))
    sys.exit(usage)
