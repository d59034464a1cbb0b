"""What a sweep's store survives: python3 sweep_fault_test.py LOCKSTEP

Every run prints the seed of its random moments and damage; LOCKSTEP_TEST_SEED repeats one.
"""

import json
import os
import pathlib
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys

import command_support
from sweep_support import FUNCTION, LEARNERS, LONG, Sweep, changed

SEED = int(os.environ.get("LOCKSTEP_TEST_SEED", random.SystemRandom().randrange(2**32)))
MANY = changed(FUNCTION, study=dict(trials=4000, generation=100))


class Kills(Sweep):
    def kill_until_finished(self, file, store, chance, longest):
        """How often it was killed. What was reported as done stays done."""
        kills, told = 0, {}
        while True:
            process = self.begin(file, store, "--threads", "2")
            try:
                process.communicate(timeout=chance.uniform(0, longest))
                self.assertEqual(process.returncode, 0)
                return kills
            except subprocess.TimeoutExpired:
                at_work = self.told(store) if chance.random() < 0.3 else told
                process.kill()
                process.communicate()
            kills += 1
            now = self.told(store)
            for earlier in (told, at_work):
                for what, count in earlier.items():
                    self.assertGreaterEqual(now[what], count, what)
            if now == told:
                longest *= 1.05  # so that a slow machine finishes, too
            told = now

    def test_any_moment(self):
        chance = random.Random(SEED)
        truths = [self.truth(changed(FUNCTION, study=dict(sampler="tpe", trials=300)), "tpe"),
                  self.truth(MANY, "many"),
                  self.truth(LEARNERS, "learners"),
                  self.truth(changed(LEARNERS, study=dict(scheduler="pbt"),
                                     space=dict(hidden=None)), "pbt")]
        kills = number = 0
        while kills < command_support.rounds(60):
            file, truth = truths[number % len(truths)]
            store = self.store(f"{number}.db")
            kills += self.kill_until_finished(file, store, chance, longest=0.03)
            self.assertEqual(self.dump(store), truth)
            self.good("verify", store)
            number += 1


class Signals(Sweep):
    def test_work_is_saved(self):
        file, truth = self.truth(LONG)
        for number, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143)):
            store = self.store(f"{code}.db")
            process = self.begin_and_wait(file, store, trials=100)
            before = self.told(store)
            process.send_signal(number)
            out, error = process.communicate()
            self.assertEqual((process.returncode, out, error), (code, "", ""))
            now = self.told(store)
            self.assertLess(now["trials"], LONG["study"]["trials"])
            self.assertTrue(all(now[what] >= count for what, count in before.items()))
            self.good("verify", store)
            self.assertEqual([p.name for p in self.folder.glob("*.tmp")], [])
            self.assertFalse((self.folder / f"{code}.db.md").exists())
            self.assertIn("resumed", self.sweep(file, store))
            self.assertEqual(self.dump(store), truth)


class Processes(Sweep):
    def test_one_writes_and_others_read(self):
        file, store = self.toml(LONG), self.store("store.db")
        process = self.begin_and_wait(file, store)
        process.send_signal(signal.SIGSTOP)  # it holds the store during this check
        self.bad("sweep", file, "--store", store, says=[store, f"process {process.pid} on "])
        for verb in ("status", "best", "trials", "verify", "export", "report"):
            self.good(verb, store)
        process.send_signal(signal.SIGCONT)
        self.good("verify", store)
        process.kill()
        process.communicate()
        self.good("verify", store)

    def test_another_configuration(self):
        store = self.store("store.db")
        self.sweep(self.toml(FUNCTION), store)
        truth = self.dump(store)
        file = self.toml(FUNCTION, study=dict(trials=61, agent="rastrigin"), set=dict(noise=None),
                          space=dict(x1=dict(uniform=[-5.0, 6.0])))
        self.bad("sweep", file, "--store", store,
                 says=[store, "study.trials: 60 in the store, 61 now",
                       'study.agent: "sphere" in the store, "rastrigin" now',
                       'set.noise: "0.5" in the store, not now',
                       "space.x1.uniform: [-5.0,5.0] in the store, [-5.0,6.0] now"])
        self.bad("sweep", self.toml(FUNCTION), "--store", store, "--seed", "6",
                 says="study.seed: 5 in the store, 6 now")
        self.assertEqual(self.dump(store), truth)


class DiskFull(Sweep):
    def goes_on(self, done, file, store, truth, says):
        self.assertEqual((done.returncode, done.stdout), (1, ""), done.stderr)
        self.assertIn(store.rsplit(".", 1)[0], done.stderr)
        self.assertIn(says, done.stderr)
        if self.told(store):
            self.good("verify", store)
        self.sweep(file, store)
        self.good("verify", store)
        self.assertEqual(self.dump(store), truth)

    def test_largest_file(self):
        file, truth = self.truth(MANY)
        for kilobytes in (0, 1, 8, 20, 64, 100, 300):
            # ThreadSanitizer writes files of its own before the command can ignore the signal.
            if kilobytes == 0 and "TSAN_OPTIONS" in os.environ:
                continue
            with self.subTest(kilobytes=kilobytes):
                store = self.store(f"{kilobytes}.db")
                limit = (kilobytes * 1024, resource.RLIM_INFINITY)
                done = subprocess.run(
                    [command_support.COMMAND, "sweep", file, "--store", store], capture_output=True,
                    text=True, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, limit))
                self.goes_on(done, file, store, truth, "File too large")

    def test_full_disk(self):
        # SQLite copies its log into the store at 32 MB, which many small commits reach.
        disk = self.folder / "disk"
        disk.mkdir()
        mount = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "lockstep", disk],
                               capture_output=True)
        if mount.returncode != 0:
            self.skipTest("only root may mount a small disk")
        self.addCleanup(subprocess.run, ["umount", "-l", disk], check=True)
        file, truth = self.truth(MANY)
        for kilobytes in (0, 4, 40, 200, 500):
            with self.subTest(kilobytes=kilobytes):
                filler, store = disk / "filler", str(disk / f"{kilobytes}.db")
                filler.write_bytes(bytes((65536 - kilobytes) * 1024))
                done = self.run_sweep(file, store)
                filler.unlink()
                self.goes_on(done, file, store, truth, "No space left on device")
                for path in disk.iterdir():
                    path.unlink()


class Damage(Sweep):
    def setUp(self):
        super().setUp()
        self.study_file, self.whole = self.truth(FUNCTION)
        self.lines = set(self.whole.splitlines())
        self.sound = pathlib.Path(self.store("truth.db")).read_bytes()

    def put(self, name, data):
        path = self.folder / name
        path.write_bytes(data)
        return str(path)

    def change(self, store, sql, *values):
        with sqlite3.connect(store) as database:
            count = database.execute(sql, values).rowcount
        database.close()
        return count

    def outcome(self, *words):
        """Exit 0, or 1 or 2 with a message; never a crash."""
        # SQLite quotes damaged names as they are.
        done = subprocess.run([command_support.COMMAND, *words], capture_output=True, text=True,
                              errors="replace")
        self.assertIn(done.returncode, (0, 1, 2), (words, done.stderr))
        if done.returncode != 0:
            self.assertTrue(done.stderr.startswith("lockstep: "), words)
        return done

    def check(self, store):
        """Whatever was done to the file, no verb reports what is not true."""
        verified = self.outcome("verify", store)
        dumped = self.outcome("export", store)
        if dumped.returncode == 0:
            self.assertLessEqual(set(dumped.stdout.splitlines()), self.lines)
        if verified.returncode == 0:
            self.assertEqual((dumped.returncode, dumped.stdout), (0, self.whole))
        repaired = self.outcome("sweep", self.study_file, "--store", store)
        if repaired.returncode != 0:
            return "refused"
        self.assertEqual(self.dump(store), self.whole)
        if verified.returncode == 0:
            return "whole"
        if dumped.returncode == 0:
            self.assertIn("repaired", repaired.stdout)
        return "repaired"

    def damaged(self, chance):
        data = bytearray(self.sound)
        kind = chance.choice(["bits", "bits", "bytes", "zeros", "cut", "torn", "longer"])
        at = chance.randrange(len(data))
        if kind == "bits":
            for _ in range(chance.choice([1, 1, 1, 2, 20])):
                data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        elif kind == "bytes":
            data[at : at + 16] = chance.randbytes(len(data[at : at + 16]))
        elif kind == "zeros":
            data[at : at + 512] = bytes(len(data[at : at + 512]))
        elif kind == "cut":
            del data[at:]
        elif kind == "torn":  # only half of a disk block was written
            at = at // 512 * 512
            data[at : at + 512] = data[:512]
        else:
            data += chance.randbytes(chance.randrange(1, 9000))
        return kind, data

    def test_random_damage(self):
        chance, met = random.Random(SEED), set()
        for number in range(command_support.rounds(60)):
            kind, data = self.damaged(chance)
            with self.subTest(seed=SEED, number=number, kind=kind):
                met.add(self.check(self.put("damaged.db", data)))
        self.assertEqual(met, {"whole", "repaired", "refused"})

    def test_damaged_log(self):
        """What a killed writer left next to the store is damaged, too."""
        chance = random.Random(SEED)
        process = self.begin_and_wait(self.toml(MANY, "many.toml"), self.store("many.db"), 500)
        process.kill()
        process.communicate()
        file, truth = self.truth(MANY, "many2")
        log = pathlib.Path(self.store("many.db-wal")).read_bytes()
        for number in range(command_support.rounds(10)):
            with self.subTest(seed=SEED, number=number):
                data = bytearray(log)
                data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
                store = self.store("copy.db")
                shutil.copy(self.store("many.db"), store)
                end = chance.choice([len(data), chance.randrange(len(data))])
                self.put("copy.db-wal", data[:end])
                done = self.outcome("sweep", file, "--store", store)
                if done.returncode == 0:
                    self.assertEqual(self.dump(store), truth)
                for path in self.folder.glob("copy.*"):
                    path.unlink()

    def test_rows_are_counted(self):
        for name, sql in (
            ("bits", "UPDATE trial SET record = zeroblob(length(record)) WHERE trial < 5"),
            ("crc", "UPDATE trial SET crc = crc + 1 WHERE trial = 5 AND stage = 0"),
            ("moved", "UPDATE trial SET trial = 1000 WHERE trial = 6 AND stage = 0"),
            ("gone", "DELETE FROM trial WHERE trial BETWEEN 7 AND 20"),
            ("default", "DELETE FROM trial WHERE trial = -1"),
            ("type", "UPDATE trial SET record = 'x', crc = NULL WHERE trial = 8"),
        ):
            with self.subTest(name):
                store = self.put(f"{name}.db", self.sound)
                count = self.change(store, sql)
                self.assertGreater(count, 0)
                verified = command_support.run("verify", store, "--json")
                self.assertEqual(verified.returncode, 1)
                self.assertIn(f"{count} damaged or missing rows", verified.stderr)
                document = json.loads(verified.stdout)
                self.assertEqual(len(document["damaged"]) + document["missing"], count)
                self.assertIn(f"repaired  {count} rows", self.sweep(self.study_file, store))
                self.assertEqual(self.dump(store), self.whole)

    def test_what_is_no_store(self):
        foreign = self.store("foreign.db")
        self.change(foreign, "CREATE TABLE people(name TEXT)")
        newer = self.put("newer.db", self.sound)
        self.change(newer, "PRAGMA user_version = 99")
        table = self.put("table.db", self.sound)
        self.change(table, "CREATE TABLE people(name TEXT)")
        for store, says in ((foreign, "another program"), (newer, "schema version 99"),
                            (self.put("text.db", b"no store at all\n" * 100), "not a trial store"),
                            (table, "its tables are not a store's")):
            before = pathlib.Path(store).read_bytes()
            for words in (["sweep", self.study_file, "--store", store], ["status", store],
                          ["best", store], ["trials", store], ["replay", store, "3"],
                          ["verify", store], ["export", store], ["report", store]):
                self.bad(*words, says=[store, says])
            self.assertEqual(pathlib.Path(store).read_bytes(), before)
        empty = self.put("empty.db", b"")
        for verb in ("status", "best", "trials", "verify", "export", "report"):
            self.bad(verb, empty, says=[empty, "there is no study in it"])
        self.sweep(self.study_file, empty)
        self.assertEqual(self.dump(empty), self.whole)


if __name__ == "__main__":
    print(f"LOCKSTEP_TEST_SEED={SEED}", file=sys.stderr)
    command_support.main()
