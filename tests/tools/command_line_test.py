"""What the command reports about itself: version, help, man page, and the commit it was built from.

python3 command_line_test.py LOCKSTEP CMAKE_FOLDER CMAKE
"""

import os
import re
import shutil
import subprocess
import sys
import unittest

import command_support
from command_support import CARTPOLE, Command, supported_isas

RULES, CMAKE = None, None  # the folder of the build's rules, and CMake


def wanted(name):
    return unittest.skipUnless(shutil.which(name), f"no {name} here")


class Described(Command):
    """The verbs with their options, as the command describes them."""

    def setUp(self):
        super().setUp()
        self.whole = self.document("help")
        self.verbs = {verb["name"]: verb["options"] for verb in self.whole["verbs"]}

    def names(self, verb):
        """Its options and its positionals, which begin without a dash."""
        return [name for option in self.verbs[verb] for name in option["names"]]


class Version(Command):
    def test_lines(self):
        lines = self.good("--version").splitlines()
        self.assertRegex(lines[0], r"^lockstep \d+\.\d+\.\d+$")
        self.assertRegex(lines[1], r"^commit: ([0-9a-f]{40}|unknown)$")
        self.assertRegex(lines[2], r"^compiler: \w+ \d+\.\S+$")
        isas = [isa["name"] for isa in self.document("list", "isa")["isa"]]
        self.assertEqual(lines[3:], ["instruction sets: " + ", ".join(isas),
                                     "of these, this CPU runs: " + ", ".join(supported_isas())])

    def test_json(self):
        lines = self.good("--version").splitlines()
        document = self.document("--version")
        self.assertEqual(list(document), ["version", "commit", "compiler", "isa"])
        for line, key in zip(lines[:3], document):
            self.assertTrue(line.endswith(" " + document[key]), line)
        self.assertEqual([isa["name"] for isa in document["isa"] if isa["supported"]],
                         supported_isas())

    def test_whatever_else_is_said(self):
        version = self.good("--version")
        self.assertEqual(self.good("--version", "train", CARTPOLE), version)
        self.assertEqual(self.good("--version", env={"LOCKSTEP_ISA": "nonsense"}), version)
        self.bad("--version", "trian", says="did you mean 'train'?")
        self.bad("train", "--version", says="unknown option '--version'")


class Help(Described):
    def test_is_what_the_option_prints(self):
        self.assertEqual(self.good("help"), self.good("--help"))
        for verb in self.verbs:
            self.assertEqual(self.good("help", verb), self.good(verb, "--help"))
        self.bad("help", "trian", says="unknown command 'trian': did you mean 'train'?")
        self.bad("help", "train", CARTPOLE, says=f"'{CARTPOLE}' is one word too many")

    def test_description(self):
        self.assertEqual(list(self.whole), ["name", "meaning", "options", "verbs"])
        for verb, options in self.verbs.items():
            self.assertEqual(self.document("help", verb)["options"], options)
            text = self.good("help", verb)
            for option in options:
                self.assertIn(",".join(option["names"]), text)
                self.assertIn(option["meaning"], text)
        takes = {",".join(option["names"]): (option["takes"], option["required"])
                 for verb in ("train", "render", "reproduce") for option in self.verbs[verb]}
        for names, expected in (("--force", ("nothing", False)), ("-h,--help", ("nothing", False)),
                                ("--out", ("word", False)), ("-o,--out", ("word", True)),
                                ("FILE", ("word", True)), ("ENV", ("word", False)),
                                ("--set", ("words", False)), ("ID", ("words", False))):
            self.assertEqual(takes[names], expected, names)

    def test_an_option_takes_the_same_everywhere(self):
        """The completions' tables of options, which are not per verb."""
        takes = {}
        for options in self.verbs.values():
            for option in options:
                for name in option["names"]:
                    if name.startswith("-"):
                        self.assertEqual(takes.setdefault(name, option["takes"]), option["takes"])


class WrongCase(Command):
    def test_the_right_one_is_named(self):
        for words, right in (
                (["TRAIN"], "train"), (["help", "Train"], "train"), (["list", "Envs"], "envs"),
                (["trace", "cartpole-V1"], CARTPOLE), (["train", "CARTPOLE-V0", "ppo"], "CartPole-v0"),
                (["bench", "--env", "mdp-V0"], "MDP-v0"), (["train", CARTPOLE, "PPO"], "ppo"),
                (["reproduce", "Markov-Chain"], "markov-chain"), (["bench", "--isa", "AVX2"], "avx2"),
                (["trace", CARTPOLE, "--set", "Gravity=9"], "gravity"),
                (["train", CARTPOLE, "ppo", "--set", "GAMMA=0.9"], "gamma"),
                (["trace", CARTPOLE, "--set", "kinematics_integrator=Euler"], "euler"),
                (["trace", "FrozenLake-v1", "--set", "map_name=8X8"], "8x8"),
                (["trace", CARTPOLE, "--Steps", "3"], "--steps"), (["list", "--JSON"], "--json"),
                (["trace", CARTPOLE, "--policy", "Basic"], "basic"),
                (["trace", CARTPOLE, "--autoreset", "Next-Step"], "next-step"),
                (["trace", CARTPOLE, "--precision", "F64"], "f64"),
                (["completions", "Bash"], "bash"), (["--Version"], "--version")):
            self.bad(*words, says=f"did you mean '{right}'?")


class ManPage(Described):
    def test_everything_is_in_it(self):
        page = self.good("man")
        self.assertEqual(self.document("man"), {"page": page})
        self.assertRegex(page, r'^\.TH LOCKSTEP 1 "" "lockstep \d+\.\d+\.\d+" ')
        sections = dict(re.findall(r"^\.SS (\S+)\n(.*?)(?=^\.S)", page, re.DOTALL | re.MULTILINE))
        self.assertEqual(list(sections), list(self.verbs))
        common = page[page.index(".SH OPTIONS"):page.index(".SH COMMANDS")].replace("\\-", "-")
        for verb, section in sections.items():
            for name in self.names(verb):
                self.assertIn(name, common + section.replace("\\-", "-"), verb)
        for option in self.whole["options"]:
            self.assertIn(option["meaning"], common)

    @wanted("groff")
    def test_is_sound(self):
        done = subprocess.run(["groff", "-man", "-Tutf8", "-ww", "-z"], input=self.good("man"),
                              capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    @wanted("man")
    def test_is_readable(self):
        path = self.file("lockstep.1", self.good("man"))
        done = subprocess.run(["man", "--warnings", "-l", path], capture_output=True, text=True,
                              env={**os.environ, "MANWIDTH": "200", "LC_ALL": "C.UTF-8"})
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        text = re.sub(".\b", "", done.stdout)
        self.assertIn("--checkpoint-every TEXT", text)
        self.assertIn("lockstep render -o, --out TEXT [OPTIONS] FILE", text)
        self.assertIn("lockstep reproduce [OPTIONS] [ID ...]", text)
        self.assertIn("the tutorial's board", text)


class Built(Command):
    """The build's rules that ask Git, in another project in a path with a space."""

    def setUp(self):
        super().setUp()
        self.source = self.folder / "a project"
        self.source.mkdir()
        self.put("CMakeLists.txt", f"""
cmake_minimum_required(VERSION 3.22)
project(probe VERSION 1.2.3 LANGUAGES CXX)
include("{RULES}/BuildInfo.cmake")
add_library(probe STATIC)
lockstep_build_info(probe info.in)
""")
        self.put("info.in", 'const char* info = "@VERSION@ @COMMIT@ @COMPILER@";\n')

    def put(self, name, text):
        (self.source / name).write_text(text)

    def tool(self, *words):
        mine = ["-c", "user.name=x", "-c", "user.email=x"] if words[0] == "git" else []
        done = subprocess.run([words[0], *mine, *words[1:]], cwd=self.source, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        self.assertEqual(done.returncode, 0, done.stdout)
        return done.stdout

    def commit(self):
        self.tool("git", "commit", "--allow-empty", "-m", "x")
        return self.tool("git", "rev-parse", "HEAD").strip()

    def configure(self):
        self.tool(CMAKE, "-G", "Ninja", "-S", ".", "-B", "build")

    def build(self):
        """The commit that was built in."""
        self.tool("ninja", "-C", "build")
        self.assertIn("no work to do", self.tool("ninja", "-C", "build"))
        info = re.search('"(.*)"', (self.source / "build/build_info.cpp").read_text())[1]
        version, commit, compiler, number = info.split()
        self.assertEqual(version, "1.2.3")
        self.assertRegex(compiler + number, r"^\w+[0-9.]+$")
        return commit

    @wanted("git")
    @wanted("ninja")
    def test_commit_is_followed(self):
        self.tool("git", "init", "-b", "one")
        first = self.commit()
        self.configure()
        self.assertEqual(self.build(), first)
        second = self.commit()
        self.assertEqual(self.build(), second)
        self.tool("git", "checkout", "-b", "two", first)
        self.assertEqual(self.build(), first)
        self.tool("git", "checkout", "-b", "three")
        self.assertEqual(self.build(), first)
        self.tool("git", "worktree", "add", "../another tree", "one")
        for name in ("CMakeLists.txt", "info.in"):
            shutil.copy(self.source / name, self.folder / "another tree")
        self.source = self.folder / "another tree"
        self.configure()
        self.assertEqual(self.build(), second)
        third = self.commit()
        self.assertEqual(self.build(), third)
        shutil.rmtree(self.folder / "a project/.git")
        self.assertEqual(self.build(), "unknown")

    @wanted("git")
    @wanted("ninja")
    def test_no_repository_of_its_own(self):
        self.tool("git", "init", "..")
        self.tool("git", "-C", "..", "commit", "--allow-empty", "-m", "x")
        self.configure()
        self.assertEqual(self.build(), "unknown")


class Installed(Command):
    def test_files(self):
        source = self.folder / "a project"
        source.mkdir()
        (source / "CMakeLists.txt").write_text(f"""
cmake_minimum_required(VERSION 3.22)
project(probe LANGUAGES CXX)
add_executable(lockstep IMPORTED)
set_target_properties(lockstep PROPERTIES IMPORTED_LOCATION "{command_support.COMMAND}")
include("{RULES}/CommandFiles.cmake")
lockstep_install_command_files()
""")
        def cmake(*words):
            subprocess.run([CMAKE, *words], cwd=source, check=True, capture_output=True,
                           env={**os.environ, "DESTDIR": str(self.folder / "a root")})

        cmake("-S", ".", "-B", "build", "-DCMAKE_INSTALL_PREFIX=/usr")
        cmake("--install", "build")
        share = self.folder / "a root/usr/share"
        files = {path.relative_to(share).as_posix() for path in share.rglob("*") if path.is_file()}
        expected = {"bash-completion/completions/lockstep": ["completions", "bash"],
                    "zsh/site-functions/_lockstep": ["completions", "zsh"],
                    "fish/vendor_completions.d/lockstep.fish": ["completions", "fish"],
                    "man/man1/lockstep.1": ["man"]}
        self.assertEqual(files, set(expected))
        for path, words in expected.items():
            self.assertEqual((share / path).read_text(), self.good(*words))


if __name__ == "__main__":
    RULES, CMAKE = sys.argv.pop(2), sys.argv.pop(2)
    command_support.main()
