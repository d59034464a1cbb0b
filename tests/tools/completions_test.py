"""What shells offer after words of the command: python3 completions_test.py LOCKSTEP"""

import os
import pty
import re
import shutil
import subprocess

import command_support
from command_line_test import Described, wanted
from command_support import CARTPOLE

SHELLS = ["bash", "zsh", "fish"]
FILES = "files"  # offered instead of words

# Calls the function as readline does, once for each line of cases; prints FILES if it leaves the
# answer to readline. After a reply that ends with a sign, there must be no space.
BASH = """
source ./lockstep.bash
complete -p lockstep
compopt() { asked+=" $*"; }
while IFS= read -r case; do
    asked='' before='' COMP_WORDS=(lockstep)
    mapfile -t -O 1 COMP_WORDS <<<"${case//|/$'\\n'}"
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
    _lockstep
    [[ ${COMPREPLY[*]} != *= ]] || before=' -o nospace'
    [[ $asked != ' -o default' || ${COMPREPLY[*]} ]] || COMPREPLY=(files) before=$asked
    [[ $asked == "$before" ]] || COMPREPLY=("asked for $asked")
    echo "${COMPREPLY[*]}"
done
"""

FISH = """
source ./lockstep.fish
while read -l case
    set -l replies (complete -C (string replace -a '|' ' ' "lockstep|$case") | string split -f 1 \\t)
    contains a-file $replies; and set replies files
    echo $replies
end
"""

# An interactive shell that asks for completions as soon as it is ready to read a line.
ZSH = """
PROMPT= RPROMPT=
autoload -Uz compinit
compinit -u -D
source ./lockstep.zsh
compadd() {
    local -a found
    if [[ "$*" != *' '-[OAD]' '* ]]; then
        builtin compadd -O found "$@"
        offered+=("${found[@]}")
    fi
    builtin compadd "$@"
}
zle -C offer list-choices _main_complete
zle-line-init() {
    typeset -ga offered
    local line
    for line in "${(@f)$(<cases)}"; do
        offered=()
        BUFFER="lockstep ${line//|/ }" CURSOR=$#BUFFER
        zle offer
        ((! $offered[(Ie)a-file])) || offered=(files)
        print -r -- $offered >>replies
    done
    BUFFER=exit
    zle accept-line
}
zle -N zle-line-init
"""


class Scripts(Described):
    def setUp(self):
        super().setUp()
        self.listed = self.document("list")
        (self.folder / "a-file").touch()

    def ids(self, topic):
        return [item["id"] for item in self.listed[topic]]

    def settings(self, topic, name):
        item = next(item for item in self.listed[topic] if item["id"] == name)
        return [p["name"] for kind in ("parameters", "choices", "texts") for p in item.get(kind, [])]

    def script(self, shell):
        return self.file("lockstep." + shell, self.good("completions", shell))


class Text(Scripts):
    def spelt(self, option, shell):
        """As written in the shell's script; fish writes no dashes, but the kind of option."""
        if shell != "fish":
            return option
        return f" -l {option[2:]} " if option.startswith("--") else f" -s {option[1:]} "

    def test_shells(self):
        self.bad("completions", says="SHELL is required")
        self.bad("completions", "tcsh", says="unknown value of SHELL 'tcsh'")
        for shell in SHELLS:
            document = self.document("completions", shell)
            self.assertEqual(document, {"shell": shell, "script": self.good("completions", shell)})

    def test_syntax(self):
        for shell in filter(shutil.which, SHELLS):
            done = subprocess.run([shell, "-n", self.script(shell)], capture_output=True, text=True)
            self.assertEqual((done.returncode, done.stderr), (0, ""), shell)

    def test_everything_is_in_each(self):
        for shell in SHELLS:
            text = self.good("completions", shell)
            words = [*self.verbs, *self.ids("experiments")]
            for verb in self.verbs:
                words += [self.spelt(name, shell) for name in self.names(verb) if name[0] == "-"]
            for topic in ("envs", "agents"):
                for name in self.ids(topic):
                    words += [name, *self.settings(topic, name)]
            for word in words:
                self.assertIn(word, text, shell)


class Offers(Scripts):
    def cases(self):
        """Words, the last of which is to be completed, and what should be offered."""
        agents, envs, verbs = self.ids("agents"), self.ids("envs"), list(self.verbs)
        ours = [*self.settings("envs", CARTPOLE), "max_episode_steps"]
        theirs = self.settings("agents", "ppo")
        ppo = ["train", CARTPOLE, "ppo"]
        cases = [
            ([""], verbs), (["tra"], ["trace", "train"]), (["help", ""], verbs),
            (["--seed", "3", "tra"], ["trace", "train"]), (["completions", ""], SHELLS),
            (["list", ""], ["envs", "agents", "experiments", "isa"]),
            (["train", ""], envs), (["train", "CartP"], ["CartPole-v0", CARTPOLE]),
            (["train", CARTPOLE, ""], agents),
            (["train", "--seeds", "3", "--force", CARTPOLE, ""], agents),
            (["train", CARTPOLE, "--seeds", ""], []), (["train", "--precision", ""], ["f32", "f64"]),
            (["bench", "--env", "MDP"], ["MDP-v0"]), (["reproduce", "dqn", "markov"], ["markov-chain"]),
            (["eval", ""], FILES), (["render", "x", "-o", ""], FILES), (["train", "--out", ""], FILES),
            (["replay", "a", ""], ["default"]), ([*ppo, "--set", ""], ours + theirs),
            ([*ppo, "--set", "length=1", ""], ours + theirs),
            ([*ppo, "--set", "length=1", "gamma=0.9", ""], ours + theirs),
            (["trace", CARTPOLE, "--set", "mass"], ["masscart", "masspole"]),
            (["trace", CARTPOLE, "--set", "length=1", "--seedi"], ["--seeding"]),
            (["trace", "--set", "length=1", "--steps", "3", "CartPole-v0"], ["CartPole-v0"])]
        for verb in self.verbs:
            names = [name for name in self.names(verb) if name.startswith("--")]
            cases.append(([verb, "--"], names))
        return cases

    def compare(self, cases, answers):
        self.assertEqual(len(cases), len(answers))
        for (words, expected), answer in zip(cases, answers):
            with self.subTest(words=words):
                expected = [FILES] if expected == FILES else expected
                self.assertEqual(sorted(word.rstrip("=") for word in answer.split()),
                                 sorted(expected))

    def answers(self, shell, program, lines):
        self.script(shell)
        done = subprocess.run([*program], input="\n".join(lines) + "\n", cwd=self.folder,
                              capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return done.stdout.splitlines()

    def bash(self, cases, breaks="=:"):
        def split(word):  # readline splits words at some characters
            return [part for part in re.split(f"([{breaks}])", word) if part] or [""]

        lines = ["|".join(part for word in words for part in split(word)) for words, _ in cases]
        program = ["bash", "--norc", "-c", f"COMP_WORDBREAKS='{breaks}'\n{BASH}"]
        registered, *answers = self.answers("bash", program, lines)
        self.assertEqual(registered, "complete -F _lockstep lockstep")
        self.compare(cases, answers)

    @wanted("bash")
    def test_bash(self):
        self.bash(self.cases())

    @wanted("bash")
    def test_bash_behind_a_sign(self):
        self.bash([(["train", "--precision="], ["f32", "f64"]),
                   (["train", "--precision=f6"], ["f64"]),
                   (["trace", CARTPOLE, "--set=mass"], ["masscart", "masspole"]),
                   (["trace", "MDP-v0", "--set", "file=x"], FILES), (["train", "--out=x"], FILES),
                   (["train", "--seeds=3", CARTPOLE, "q-l"], ["q-learning"])])
        self.bash([(["train", "--precision=f6"], ["--precision=f64"])], breaks=":")

    @wanted("fish")
    def test_fish(self):
        cases = [*self.cases(), (["train", "--precision=f6"], ["--precision=f64"])]
        lines = ["|".join(words) for words, _ in cases]
        self.compare(cases, self.answers("fish", ["fish", "--no-config", "-c", FISH], lines))

    @wanted("zsh")
    def test_zsh(self):
        cases = [*self.cases(), (["train", "--precision=f6"], ["f64"]),
                 (["trace", "MDP-v0", "--set", "file="], FILES)]
        self.script("zsh")
        self.file("cases", "".join("|".join(words) + "\n" for words, _ in cases))
        self.file(".zshrc", ZSH)
        child, terminal = pty.fork()
        if child == 0:
            os.chdir(self.folder)
            os.environ.update(ZDOTDIR=str(self.folder), TERM="dumb")
            os.execvp("timeout", ["timeout", "--foreground", "300", "zsh", "-d", "-i"])
        shown = b""
        try:
            while part := os.read(terminal, 65536):
                shown += part
        except OSError:  # how a terminal ends
            pass
        self.assertEqual(os.waitpid(child, 0)[1], 0, shown)
        self.compare(cases, (self.folder / "replies").read_text().splitlines())


if __name__ == "__main__":
    command_support.main()
