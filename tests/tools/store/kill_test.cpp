// A process that is killed at any moment loses nothing that it reported, and repeats nothing.

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "tests/support/catch.hpp"
#include "tests/support/random.hpp"
#include "tests/tools/store/sample_store.hpp"
#include "tools/store/committer.hpp"

namespace lockstep::test {
namespace {

using sweep::Committer;
using sweep::Store;
using sweep::StoreProgress;

// Writes to the store forever, and sends each durable count through the pipe.
[[noreturn]] void run_study(const StorePath& path, int reports) {
    const auto store = Store::open(path.text(), sample_config, true);
    auto next = static_cast<std::int64_t>(load_all(*store).size());
    Committer committer(*store, [&](const StoreProgress& progress) {
        const std::int64_t rows = progress.total();
        if (write(reports, &rows, sizeof rows) != sizeof rows) _exit(1);
    });
    for (;; ++next) {
        committer.append({sample_row(next)});
        usleep(20);  // otherwise there are soon too many rows to check
    }
}

// Checks what is read while the process writes.
void check_reader(const StorePath& path, std::int64_t reported) {
    const auto reader = Store::read(path.text());
    const std::int64_t before = reader->progress().total();
    auto rows = load_all(*reader);
    const auto count = static_cast<std::int64_t>(rows.size());
    const bool in_order = reported <= before && before <= count;
    REQUIRE(in_order);
    const bool first = are_first_samples(std::move(rows));
    REQUIRE(first);
    REQUIRE(reader->missing() == 0);
    REQUIRE(reader->progress().total() >= count);
}

// Kills the process a while after its n-th report; returns how many rows it had reported.
std::int64_t run_and_kill(const StorePath& path, int wanted_reports, useconds_t microseconds) {
    int reports[2];
    REQUIRE(pipe(reports) == 0);
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        close(reports[0]);
        run_study(path, reports[1]);
    }
    close(reports[1]);
    std::int64_t reported = 0, rows = 0;
    const auto read_report = [&] {
        if (read(reports[0], &rows, sizeof rows) != sizeof rows) return false;
        reported = rows;
        return true;
    };
    for (int k = 0; k < wanted_reports; ++k) REQUIRE(read_report());
    if (wanted_reports > 0) check_reader(path, reported);
    usleep(microseconds);
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    REQUIRE(WIFSIGNALED(status));
    while (read_report()) {
    }
    close(reports[0]);
    return reported;
}

TEST_CASE("kill -9 at any moment loses no reported row and repeats none", "[store]") {
    auto random = random_numbers("moments of kills");
    const StorePath path;
    for (int kills = 0; kills < rounds_of(60);) {
        path.remove();
        std::int64_t durable = 0;
        // Some kills happen while a store is made, some while one is resumed.
        for (int k = 0; k < 10; ++k, ++kills) {
            const auto reported = run_and_kill(path, static_cast<int>(random() % 3),
                                               static_cast<useconds_t>(random() % 4'000));
            durable = std::max(durable, reported);
            const auto store = Store::open(path.text(), sample_config, true);
            auto rows = load_all(*store);
            CAPTURE(kills, reported);
            REQUIRE(static_cast<std::int64_t>(rows.size()) >= durable);
            durable = static_cast<std::int64_t>(rows.size());
            const bool first = are_first_samples(std::move(rows));
            REQUIRE(first);
            REQUIRE(store->damaged().empty());
            REQUIRE(store->missing() == 0);
            REQUIRE(store->progress().total() == durable);
        }
    }
}

}  // namespace
}  // namespace lockstep::test
