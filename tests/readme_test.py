"""The README's excerpts equal the files: python3 readme_test.py"""

import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent


class Readme(unittest.TestCase):
    def test_excerpts_of_environments_are_theirs(self):
        text = (ROOT / "README.md").read_text()
        table = re.search(r"<table>.*?</table>", text, re.S)[0]
        excerpts = re.findall(r"```cpp\n(.*?)```", table, re.S)
        self.assertEqual(len(excerpts), 2)
        files = [file.read_text() for file in (ROOT / "kernels" / "env").glob("*.hpp")]
        for excerpt in excerpts:
            self.assertTrue(any(excerpt in file for file in files), excerpt)

    def test_programs_are_the_examples(self):
        text = (ROOT / "README.md").read_text()
        examples = ROOT / "tools" / "examples"
        shown = re.findall(r"`(tools/examples/\S+)`:\n\n```c(?:pp)?\n(.*?)```", text, re.S)
        self.assertEqual({name for name, _ in shown},
                         {f"tools/examples/programs/{file.name}" for file in
                          (examples / "programs").glob("*.c*") if file.name != "command.cpp"})
        for name, program in shown:
            self.assertEqual(program, (ROOT / name).read_text(), name)


if __name__ == "__main__":
    unittest.main()
