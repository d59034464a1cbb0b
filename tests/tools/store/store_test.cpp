// What a store keeps, and which files and processes it accepts.

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>

#include "tests/support/catch.hpp"
#include "tests/support/errors.hpp"
#include "tests/tools/store/sample_store.hpp"

namespace lockstep::test {
namespace {

using sweep::Store;
using sweep::StoreProgress;

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
    StoreProgress wanted;
    for (const auto& row : rows) wanted.count(row, true);
    wanted.cost = {3.0, 1600, 1500};
    {
        const auto store = open_sample(path);
        store->append(sample_rows(0, 300));
        store->add_cost({1.0, 600, 500});
        store->sync();
    }
    const auto store = open_sample(path);
    store->append(sample_rows(300, 500));
    store->add_cost({2.0, 1000, 1000});
    store->sync();
    CHECK(store->progress() == wanted);
    CHECK(Store::read(path.text())->progress() == wanted);
    CHECK(wanted.total() == 500);
}

TEST_CASE("best is of the largest budget, then the most seeds, then the score", "[store]") {
    sweep::TrialRow row;
    row.budget = 10;
    row.scores = {1, 3};
    for (const bool maximize : {true, false}) {
        StoreProgress progress;
        const auto best_with = [&](std::int64_t trial, double budget, std::vector<double> scores) {
            row.trial = trial;
            row.budget = budget;
            row.scores = std::move(scores);
            row.seeds = std::ssize(row.scores);
            progress.count(row, maximize);
            return progress.best.trial;
        };
        CHECK(best_with(5, 10, {1, 3}) == 5);
        CHECK(best_with(6, 5, {maximize ? 9.0 : -9.0}) == 5);
        CHECK(best_with(7, 10, {maximize ? 9.0 : -9.0}) == 5);
        CHECK(best_with(4, 10, {2, 2}) == 4);
        CHECK(best_with(8, 10, {2, 2}) == 4);
        CHECK(best_with(9, 10, {2, 1}) == (maximize ? 4 : 9));
        CHECK(best_with(-1, 10, {maximize ? 9.0 : -9.0, 0}) == (maximize ? 4 : 9));
        row.state = sweep::TrialState::diverged;
        CHECK(best_with(10, 99, {0, 0}) == (maximize ? 4 : 9));
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
        // The record includes the state's size, so states are compared separately.
        CHECK((row.state_bytes == wanted.state_bytes && row.steps == wanted.steps));
    }
    CHECK(forgotten > 0);
    CHECK(store->damaged().empty());
}

TEST_CASE("rows that are set aside are no reader's, count nowhere, and come back", "[store]") {
    const StorePath path;
    fill(path, 200);
    const auto all = load_all(*open_sample(path));
    std::vector<sweep::RowKey> aside;
    for (std::size_t i = 0; i < all.size(); i += 3) aside.push_back(sweep::key_of(all[i]));
    StoreProgress wanted;
    for (std::size_t i = 0; i < all.size(); ++i)
        if (i % 3 != 0) wanted.count(all[i], true);
    {
        const auto store = open_sample(path);
        load_all(*store);
        store->set_aside(aside, {});
        CHECK(Store::read(path.text())->progress().total() == 200);  // not synced yet
        store->sync();
    }
    for (const auto& store : {open_sample(path), Store::read(path.text())}) {
        CHECK(store->progress() == wanted);
        const auto left = load_all(*store);
        CHECK(left.size() == 200 - aside.size());
        CHECK(store->missing() == 0);
        std::vector<sweep::RowKey> found;
        store->load_set_aside([&](sweep::TrialRow&& row) { found.push_back(key_of(row)); });
        CHECK((found == aside));
        CHECK(store->damaged().empty());
    }
    const auto store = open_sample(path);
    store->set_aside({}, aside);
    store->sync();
    CHECK(are_first_samples(load_all(*store)));
    CHECK(store->progress().total() == 200);
}

TEST_CASE("a row set aside that is damaged is told of, and given up by a writer", "[store]") {
    const StorePath path;
    fill(path, 20);
    {
        const auto store = open_sample(path);
        const auto rows = load_all(*store);
        const std::vector<sweep::RowKey> aside = {key_of(rows[4]), key_of(rows[9])};
        store->set_aside(aside, {});
        store->sync();
    }
    meddle(path, "UPDATE set_aside SET crc = crc + 1");
    for (int pass = 0; pass < 2; ++pass) {
        const auto store = open_sample(path);
        CHECK(load_all(*store).size() == 18);
        int found = 0;
        store->load_set_aside([&](sweep::TrialRow&&) { ++found; });
        CHECK(found == 0);
        CHECK(store->damaged().size() == (pass == 0 ? 2 : 0));
    }
}

TEST_CASE("a store's study becomes another only where its opener allows it", "[store]") {
    const StorePath path;
    fill(path, 20);
    const std::string longer = R"({"study": {"trials": 200}})";
    check_refused([&] { Store::open(path.text(), longer, true); },
                  {"study.trials", "100 in the store", "200 now"});
    check_refused(
        [&] { Store::open(path.text(), longer, true, [](const auto&) { return false; }); },
        {"study.trials"});
    std::string seen;
    {
        const auto store = Store::open(path.text(), longer, true, [&](const std::string& stored) {
            seen = stored;
            return true;
        });
        CHECK(load_all(*store).size() == 20);
    }
    CHECK(seen == sample_config);
    CHECK(Store::read(path.text())->study().config == longer);
    CHECK(Store::read(path.text())->study().version == "0.1.0");
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
        CHECK_THROWS_AS(database.check_unchanged(), std::runtime_error);  // changed in the log
    }
    CHECK_THROWS_AS(database.check_unchanged(), std::runtime_error);  // changed in the file
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
