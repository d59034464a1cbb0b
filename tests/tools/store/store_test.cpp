// What a store keeps, and whom it lets in.

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>

#include <lockstep/tests/support/catch.hpp>
#include <lockstep/tests/support/errors.hpp>
#include <lockstep/tests/tools/store/sample_store.hpp>

namespace lockstep::test {
namespace {

using sweep::Progress;
using sweep::Store;

TEST_CASE("rows come back bit for bit, in order, to writers and readers", "[store]") {
    const StorePath path;
    auto rows = sample_rows(0, 1000);
    std::reverse(rows.begin(), rows.end());
    {
        const auto store = open_sample(path);
        store->append(std::move(rows));
        store->sync();
    }
    for (const auto& store : {open_sample(path), Store::read(path.text())}) {
        const auto read = load_all(*store);
        CHECK(read.size() == 1000);
        CHECK(are_first_samples(read));
        CHECK(std::ranges::is_sorted(read, {}, sweep::key_of));
        CHECK(store->study().config == sample_config);
        CHECK(store->study().version == "0.1.0");
        CHECK(store->damaged().empty());
        CHECK(store->missing() == 0);
    }
}

TEST_CASE("what was not synced is neither read nor kept", "[store]") {
    const StorePath path;
    {
        const auto store = open_sample(path);
        store->append(sample_rows(0, 10));
        store->sync();
        store->append(sample_rows(10, 20));
        const auto reader = Store::read(path.text());
        CHECK(load_all(*reader).size() == 10);
        CHECK(reader->progress().total() == 10);
    }
    CHECK(load_all(*Store::read(path.text())).size() == 10);
}

TEST_CASE("progress is what counting the rows gives", "[store]") {
    const StorePath path;
    const auto rows = sample_rows(0, 500);
    Progress wanted;
    for (const auto& row : rows) wanted.count(row, true);
    wanted.work = {3.0, 1600, 1500};
    {
        const auto store = open_sample(path);
        store->append(sample_rows(0, 300));
        store->spend({1.0, 600, 500});
        store->sync();
    }
    const auto store = open_sample(path);
    store->append(sample_rows(300, 500));
    store->spend({2.0, 1000, 1000});
    store->sync();
    CHECK(store->progress() == wanted);
    CHECK(Store::read(path.text())->progress() == wanted);
    CHECK(wanted.total() == 500);
}

TEST_CASE("best is of the largest budget, then the most seeds, then the score", "[store]") {
    sweep::TrialRow row;
    row.budget = 10;
    row.scores = {1, 3};
    for (const bool maximise : {true, false}) {
        Progress progress;
        const auto best_with = [&](std::int64_t trial, double budget, std::vector<double> scores) {
            row.trial = trial;
            row.budget = budget;
            row.scores = std::move(scores);
            row.seeds = std::ssize(row.scores);
            progress.count(row, maximise);
            return progress.best.trial;
        };
        CHECK(best_with(5, 10, {1, 3}) == 5);
        CHECK(best_with(6, 5, {maximise ? 9.0 : -9.0}) == 5);
        CHECK(best_with(7, 10, {maximise ? 9.0 : -9.0}) == 5);
        CHECK(best_with(4, 10, {2, 2}) == 4);
        CHECK(best_with(8, 10, {2, 2}) == 4);
        CHECK(best_with(9, 10, {2, 1}) == (maximise ? 4 : 9));
        CHECK(best_with(-1, 10, {maximise ? 9.0 : -9.0, 0}) == (maximise ? 4 : 9));
        row.state = sweep::TrialState::diverged;
        CHECK(best_with(10, 99, {0, 0}) == (maximise ? 4 : 9));
        row.state = sweep::TrialState::complete;
    }
}

TEST_CASE("states are forgotten when asked, and their rows stay", "[store]") {
    const StorePath path;
    fill(path, 200);
    {
        const auto store = open_sample(path);
        store->forget({10, 50, 1});
        store->sync();
    }
    const auto store = open_sample(path);
    std::int64_t forgotten = 0;
    for (const auto& row : load_all(*store)) {
        auto wanted = sample_row((row.trial + 1) * 2 + row.stage);
        if (row.trial >= 10 && row.trial < 50 && row.stage < 1 && !wanted.state_bytes.empty()) {
            wanted.state_bytes.clear();
            ++forgotten;
        }
        // The record tells the state's size, so it is compared without.
        CHECK((row.state_bytes == wanted.state_bytes && row.steps == wanted.steps));
    }
    CHECK(forgotten > 0);
    CHECK(store->damaged().empty());
}

TEST_CASE("what is read as unchanging is told where it changed", "[store]") {
    const StorePath path;
    const auto add = [&](std::int64_t first) {
        const auto store = open_sample(path);
        store->append(sample_rows(first, first + 10));
        store->sync();
    };
    add(0);
    auto database = sweep::Database::unchanging(path.text());
    CHECK(database.number("SELECT count(*) FROM trial") == 10);
    CHECK_NOTHROW(database.check_unchanged());
    {
        const auto store = open_sample(path);
        store->append(sample_rows(10, 20));
        store->sync();
        CHECK_THROWS_AS(database.check_unchanged(), std::runtime_error);  // in the log
    }
    CHECK_THROWS_AS(database.check_unchanged(), std::runtime_error);  // in the file
    CHECK(load_all(*Store::read(path.text())).size() == 20);
}

TEST_CASE("a second writer is refused and told of the first, until that is gone", "[store]") {
    const StorePath path;
    const auto link = path.text() + ".link";
    std::filesystem::remove(link);
    int ready[2];
    REQUIRE(pipe(ready) == 0);
    const pid_t child = fork();
    if (child == 0) {
        const auto store = open_sample(path);
        [[maybe_unused]] const auto written = write(ready[1], "", 1);
        while (true) pause();
    }
    char byte = 0;
    REQUIRE(read(ready[0], &byte, 1) == 1);
    std::filesystem::create_symlink(path.text(), link);
    for (const auto& name : {path.text(), link}) {
        check_refused([&] { Store::open(name, sample_config, true); },
                      {name, "process " + std::to_string(child), " on ", " since 2", " UTC"});
    }
    CHECK(load_all(*Store::read(path.text())).empty());
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    std::filesystem::remove(link);
    CHECK_NOTHROW(open_sample(path));
}

}  // namespace
}  // namespace lockstep::test
