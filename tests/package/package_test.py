"""The installed package as an outside project uses it:
python3 package_test.py BUILD SOURCE COMPILER [headers|shared|sources]

Installs BUILD into a new folder, builds the project next to this file against it with COMPILER, and
runs it. The modes also do this:
headers   compile each installed header alone
shared    build shared libraries first, and check what they export
sources   include SOURCE in the project instead, as FetchContent does
"""

import concurrent.futures
import os
import pathlib
import re
import sys
import tempfile
import unittest

from recipe_support import check_recipes, run

BUILD, SOURCE, COMPILER = (pathlib.Path(word) for word in sys.argv[1:4])
MORE = sys.argv[4:]
sys.argv[1:] = []
CAREFUL = "-std=c++20 -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror".split()
HERE = pathlib.Path(__file__).resolve().parent


class Package(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        kept = tempfile.TemporaryDirectory(prefix="lockstep package ")
        cls.addClassCleanup(kept.cleanup)
        cls.folder = pathlib.Path(kept.name)
        cls.prefix = cls.folder / "a prefix"
        build = BUILD
        if "shared" in MORE:
            build = cls.folder / "shared"
            run("cmake", "-S", SOURCE, "-B", build, "-G", "Ninja", "-DBUILD_SHARED_LIBS=ON",
                f"-DCMAKE_CXX_COMPILER={COMPILER}")
            run("ninja", "-C", build, "lockstep")
        if "sources" not in MORE:
            run("cmake", "--install", build, "--prefix", cls.prefix)
        cls.libraries = next(iter(cls.prefix.rglob("liblockstep.*")), cls.prefix).parent

    def compile(self, *words):
        return run(COMPILER, *CAREFUL, "-I", self.prefix / "include", *words)

    def test_a_project_loads_all_of_it_from_a_shared_object(self):
        where = ([f"-DLOCKSTEP_SOURCE={SOURCE}"] if "sources" in MORE
                 else [f"-DCMAKE_PREFIX_PATH={self.prefix}"])
        build = self.folder / "consumer"
        run("cmake", "-S", HERE, "-B", build, "-G", "Ninja", f"-DCMAKE_CXX_COMPILER={COMPILER}",
            "-DCMAKE_BUILD_TYPE=Release", *where)
        run("ninja", "-C", build, "consumer", "loader")
        said = run(build / "loader", build / "libconsumer.so")
        self.assertIn("observation(9): allowed 0 to 2", said)
        self.assertEqual(said.count(": 0\n"), 3, said)

    @unittest.skipIf("sources" in MORE, "nothing is installed")
    def test_the_example_of_the_readme_is_built_and_learns(self):
        if "sources" in MORE:
            self.skipTest("it knows the installed package")
        build = self.folder / "own environment"
        run("cmake", "-S", SOURCE / "tools" / "examples" / "own_environment", "-B", build, "-G",
            "Ninja", f"-DCMAKE_CXX_COMPILER={COMPILER}", "-DCMAKE_BUILD_TYPE=Release",
            f"-DCMAKE_PREFIX_PATH={self.prefix}")
        run("ninja", "-C", build)
        told = run(build / "rocket")
        found = re.fullmatch(r"random thrust: mean return (\S+)\nppo, sixteen learners: (\S+)\n", told)
        self.assertTrue(found, told)
        self.assertGreater(float(found[2]), float(found[1]) + 0.3, told)

    @unittest.skipIf("sources" in MORE, "nothing is installed")
    def test_the_programs_of_the_readme_run(self):
        build = self.folder / "programs"
        run("cmake", "-S", SOURCE / "tools" / "examples" / "programs", "-B", build, "-G", "Ninja",
            f"-DCMAKE_CXX_COMPILER={COMPILER}", "-DCMAKE_BUILD_TYPE=Release",
            f"-DCMAKE_PREFIX_PATH={self.prefix}")
        run("ninja", "-C", build)
        env = os.environ | {"LD_LIBRARY_PATH": str(self.libraries)}
        self.assertRegex(run(build / "harness", env=env), r"rocket/step  \S+ M steps/s\n")
        self.assertIn("best of 40 trials: trial ", run(build / "own_objective", env=env))
        # The same bits as the command's, whose ppo is the same.
        said = run(build / "plain", env=env)
        self.assertRegex(said, r"on the moon: 252afa2b153f2671\nppo, eight learners: \d+ steps")
        first, again = (run(build / "sweep", self.folder / "ppo.db", env=env) for _ in range(2))
        self.assertIn("# ppo on CartPole-v1: a search over 32 configurations", first)
        self.assertEqual(first, again)
        self.assertIn("Rocket-v0", run(build / "my_lockstep", "list", "envs", env=env))
        self.assertIn("rocket/step", run(build / "my_lockstep", "bench", "--env", "Rocket-v0",
                                         "--seconds", "0", env=env))

    @unittest.skipIf("sources" in MORE, "nothing is installed")
    def test_the_recipes_lead_to_a_command_that_has_them(self):
        build = self.folder / "recipes"
        run("cmake", "-S", SOURCE / "tools" / "examples" / "recipes", "-B", build, "-G", "Ninja",
            f"-DCMAKE_CXX_COMPILER={COMPILER}", "-DCMAKE_BUILD_TYPE=Release",
            f"-DCMAKE_PREFIX_PATH={self.prefix}")
        run("ninja", "-C", build)
        env = os.environ | {"LD_LIBRARY_PATH": str(self.libraries)}

        check_recipes(self, lambda *words: run(build / "my_lockstep", *words, env=env), self.folder)

    @unittest.skipIf("sources" in MORE, "nothing is installed")
    def test_what_is_public_and_what_is_not(self):
        include = self.prefix / "include" / "lockstep"
        public = [h for h in include.rglob("*.h*") if "detail" not in h.relative_to(include).parts]
        self.assertLess(len(public), 40)
        for header in public:
            self.assertNotRegex(header.read_text(), r'#include "', header)
        self.assertFalse([p for p in include.iterdir() if p.name in ("kernels", "engine", "agents")])

    def test_pkg_config_names_what_a_program_needs(self):
        env = os.environ | {"PKG_CONFIG_PATH": str(self.libraries / "pkgconfig")}
        source = self.folder / "hello world.cpp"
        source.write_text("#include <lockstep/vector_env.hpp>\n"
                          "#include <lockstep/sweep/study.hpp>\n"
                          "int main() { lockstep::sweep::Study study;\n"
                          '  return static_cast<int>(lockstep::make<float>("CartPole-v1", 3).size()) - 3; }\n')
        # Names are quoted as the shell requires.
        flags = run("pkg-config", "--static", "--cflags", "--libs", "lockstep-sweep", env=env).strip()
        run("sh", "-c", f"'{COMPILER}' '{source}' -o '{source}.out' {flags}")
        run(f"{source}.out", env=env | {"LD_LIBRARY_PATH": str(self.libraries)})
        self.assertEqual(run("pkg-config", "--modversion", "lockstep", env=env).strip(), "0.1.0")

    @unittest.skipIf("sources" in MORE, "nothing is installed")
    def test_the_command_and_the_licence_are_there(self):
        env = os.environ | {"LD_LIBRARY_PATH": str(self.libraries)}
        self.assertIn("scalar", run(self.prefix / "bin" / "lockstep", "list", "isa", env=env))
        self.assertTrue(list(self.prefix.rglob("copyright")))

    @unittest.skipIf("sources" in MORE, "nothing is installed")
    def test_another_minor_version_is_refused(self):
        project = self.folder / "later"
        project.mkdir()
        (project / "CMakeLists.txt").write_text(
            "cmake_minimum_required(VERSION 3.25)\nproject(later CXX)\n"
            "find_package(lockstep 0.2 CONFIG REQUIRED)\n")
        with self.assertRaisesRegex(AssertionError, "0.1.0"):
            run("cmake", "-S", project, "-B", project / "build", f"-DCMAKE_PREFIX_PATH={self.prefix}")
        (project / "CMakeLists.txt").write_text(
            "cmake_minimum_required(VERSION 3.25)\nproject(later CXX)\n"
            "find_package(lockstep CONFIG REQUIRED COMPONENTS plotting)\n")
        with self.assertRaisesRegex(AssertionError, "plotting"):
            run("cmake", "-S", project, "-B", project / "build", f"-DCMAKE_PREFIX_PATH={self.prefix}")

    @unittest.skipIf("sources" in MORE, "nothing is installed")
    def test_headers_include_what_is_installed(self):
        include = self.prefix / "include"
        for header in include.rglob("*.h*"):
            for name in re.findall(r"#include <(lockstep/.*)>", header.read_text()):
                self.assertTrue((include / name).exists(), f"{header} includes {name}")

    @unittest.skipUnless("headers" in MORE, "takes a while")
    def test_each_header_compiles_alone(self):
        headers = sorted((self.prefix / "include").rglob("*.hpp"))
        self.assertGreater(len(headers), 50)
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as workers:
            list(workers.map(lambda h: self.compile("-fsyntax-only", "-x", "c++", "-include", h,
                                                    "/dev/null"), headers))

    @unittest.skipUnless("shared" in MORE, "static libraries")
    def test_shared_libraries_show_our_names_alone(self):
        for name in ("lockstep", "lockstep-sweep"):
            library = self.libraries / f"lib{name}.so"
            self.assertIn(f"lib{name}.so.0.1]", run("readelf", "-d", library))
            shown = [line.split()[-1] for line in run("nm", "-D", "--defined-only", library).splitlines()]
            self.assertGreater(len(shown), 20)
            foreign = [s for s in shown if not re.match(r"_Z(N[KR]?|T[ISVT]N|GVN)8lockstep", s)]
            self.assertEqual(foreign, [])


if __name__ == "__main__":
    unittest.main()
