"""CONTRIBUTING's recipes, each tried inside a copy of the tree:
python3 recipes_test.py BUILD SOURCE [built]

An environment, a game of tables, an agent, a sampler, a scheduler, a verb and an instruction set:
one file each, and at most one line. Without `built` the new files are only checked: by the layers
test, by CMake, and by the compiler with BUILD's flags. With it the command is built from the copy,
and run.
"""

import json
import os
import pathlib
import re
import shlex
import shutil
import sys
import tempfile
import unittest

from recipe_support import check_recipes, run

BUILD, SOURCE = (pathlib.Path(word) for word in sys.argv[1:3])
BUILT = sys.argv[3:] == ["built"]
sys.argv[1:] = []
OUTSIDE = SOURCE / "tools" / "examples"

HELLO = """// lockstep hello: a greeting.

#include <fmt/format.h>

#include "tools/command_line/verb.hpp"

namespace lockstep {
namespace {

struct HelloTexts {};

Options options(HelloTexts&) { return {}; }

void hello(const HelloTexts&, const Common&, Faults& faults) {
    faults.raise();
    fmt::print("hello\\n");
}

}  // namespace

Verb hello_verb() { return {"hello", "greet", call<HelloTexts, options, hello>}; }

}  // namespace lockstep
"""

PROBE = """#include <lockstep/detail/lane/lane.hpp>
using L = lockstep::Lanes<lockstep::Plain, float>;
L::real twice(const L::real& of) { return of + of; }
"""


def inside(recipe, definition):
    """The text of an outside recipe, which registers itself, as a file that a registry calls."""
    text = (OUTSIDE / "recipes" / recipe).read_text()
    text, count = re.subn(r"const bool registered = .*\n}\(\);\n\n", "", text, flags=re.DOTALL)
    assert count == 1, recipe
    return text + "\n" + definition


FILES = {  # each recipe's one file
    "kernels/env/rocket.hpp": (OUTSIDE / "own_environment" / "rocket.hpp").read_text(),
    "engine/finite/ladder.cpp": (OUTSIDE / "recipes" / "ladder.cpp").read_text(),
    "agents/hill_climbing/agent.cpp": inside("hill_climbing.cpp", """namespace lockstep {
Agent hill_climbing_agent() {
    return make_agent<HillClimbing>(
        {.id = "hill-climbing", .source = "an example", .train = climb, .stops = false});
}
}  // namespace lockstep
"""),
    "agents/sweep/samplers/halton.cpp": inside("halton.cpp", """namespace lockstep::sweep {
std::unique_ptr<Sampler> make_halton(const Space& space, const SamplerConfig&) {
    return std::make_unique<Halton>(space);
}
}  // namespace lockstep::sweep
"""),
    "agents/sweep/schedulers/median.cpp": inside("median.cpp", """namespace lockstep::sweep {
std::unique_ptr<Scheduler> make_median(const Study& study) {
    return std::make_unique<Median>(study);
}
}  // namespace lockstep::sweep
"""),
    "tools/verbs/hello.cpp": HELLO,
    "kernels/lane/plain.hpp":
        re.sub(r"\bScalar\b", "Plain", (SOURCE / "kernels/lane/scalar.hpp").read_text()),
}
LINES = {  # and its one line, before the first of a list
    "agents/registry.cpp": ("    AGENT(random_search)", "    AGENT(hill_climbing) \\"),
    "agents/sweep/samplers/registry.cpp": ('    SAMPLER("grid"', '    SAMPLER("halton", halton) \\'),
    "agents/sweep/schedulers/registry.cpp":
        ('    SCHEDULER("full"', '    SCHEDULER("median", median) \\'),
    "tools/command_line/command.cpp": ("    VERB(list)", "    VERB(hello) \\"),
    "kernels/isa/list.hpp": ("    SET(avx2", "    SET(plain, any) \\"),
}


class Recipes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        kept = tempfile.TemporaryDirectory(prefix="lockstep recipes ")
        cls.addClassCleanup(kept.cleanup)
        cls.tree = pathlib.Path(kept.name) / "tree"
        for name in run("git", "-C", SOURCE, "ls-files", "-z", "--cached", "--others",
                        "--exclude-standard").split("\0")[:-1]:
            copy = cls.tree / name
            copy.parent.mkdir(parents=True, exist_ok=True)
            if (SOURCE / name).exists():
                shutil.copy(SOURCE / name, copy)
        for name, text in FILES.items():
            (cls.tree / name).parent.mkdir(exist_ok=True)
            (cls.tree / name).write_text(text)
        for name, (first, line) in LINES.items():
            text = (cls.tree / name).read_text()
            assert text.count(first) == 1, name
            (cls.tree / name).write_text(text.replace(first, f"{line}\n{first}"))

    def test_no_recipe_breaks_the_layers(self):
        run("git", "init", "-q", self.tree)
        run("git", "-C", self.tree, "add", "-A")
        run(sys.executable, self.tree / "tests" / "format_and_layers.py", "layers")

    @unittest.skipIf(BUILT, "built as a whole")
    def test_the_build_finds_them_and_settles(self):
        build = self.tree / "build"
        run("cmake", "-S", self.tree, "-B", build, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release")
        listed = "".join(path.read_text() for path in (build / "units").glob("*_environments.cpp"))
        self.assertIn("Rocket", listed)
        self.assertIn("ladder", listed)
        self.assertTrue(list((build / "units").glob("*_plain.cpp")))
        # Otherwise ninja runs CMake again and again.
        self.assertEqual(run("cmake", "-P", build / "CMakeFiles" / "VerifyGlobs.cmake"), "")

    @unittest.skipIf(BUILT, "built as a whole")
    def test_each_file_compiles(self):
        commands = json.loads((BUILD / "compile_commands.json").read_text())
        words = next(shlex.split(c["command"]) for c in commands if "command_line" in c["file"])
        flags = words[:words.index("-o")]
        probe = self.tree / "probe.cpp"
        probe.write_text(PROBE)
        lanes = f'-DLOCKSTEP_LANES="{self.tree}/kernels/lane/plain.hpp"'
        for name in FILES:
            of_it = [lanes, probe] if "plain" in name else ["-x", "c++", self.tree / name]
            run(*flags, "-Werror", "-fsyntax-only", *of_it, cwd=BUILD)

    @unittest.skipUnless(BUILT, "takes minutes")
    def test_the_command_has_all_of_them(self):
        build = self.tree / "build"
        run("cmake", "-S", self.tree, "-B", build, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release")
        run("ninja", "-C", build, "lockstep")

        def said(*words, isa="scalar"):
            return run(build / "lockstep", *words, env=os.environ | {"LOCKSTEP_ISA": isa})

        self.assertEqual(said("hello"), "hello\n")
        reports = [json.loads(said("train", "CartPole-v1", "ppo", "--json", "--set", "steps=512",
                                   isa=isa)) for isa in ("plain", "scalar")]
        self.assertEqual(reports[0]["hash"], reports[1]["hash"])
        self.assertIn("plain", said("list", "isa"))
        check_recipes(self, said, self.tree)


if __name__ == "__main__":
    unittest.main()
