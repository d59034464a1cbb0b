// Power loss while a store is written, and disks that fail or fill up.

#include <cerrno>
#include <cstring>
#include <functional>

#include "tests/support/catch.hpp"
#include "tests/support/random.hpp"
#include "tests/tools/store/crash_disk.hpp"
#include "tests/tools/store/sample_store.hpp"

namespace lockstep::test {
namespace {

using sweep::Store;

constexpr std::int64_t rows_a_session = 12;

enum class Acknowledges { when_synced, when_appended };

// A study that is resumed twice; `acknowledged` is the number of rows that were reported as durable
// when it ends, possibly in an exception.
void run_study(const std::string& path, std::int64_t& acknowledged,
               Acknowledges acknowledges = Acknowledges::when_synced) {
    for (int session = 0; session < 3; ++session) {
        const auto store = Store::open(path, sample_config, true);
        auto next = static_cast<std::int64_t>(load_all(*store).size());
        const std::int64_t end = next + rows_a_session;
        for (std::int64_t size = 1; next < end; next += size, size = 1 + next % 7) {
            store->append(sample_rows(next, next + size));
            if (acknowledges == Acknowledges::when_appended) acknowledged = next + size;
            store->sync();
            acknowledged = next + size;
        }
    }
}

// Why the store does not hold what was acknowledged; empty if it does.
std::string fault_of(const std::string& path, std::int64_t acknowledged) try {
    auto store = Store::open(path, sample_config, true);
    auto rows = load_all(*store);
    const auto count = static_cast<std::int64_t>(rows.size());
    if (count < acknowledged) return "rows are lost";
    if (!are_first_samples(std::move(rows))) return "rows are wrong";
    if (!store->damaged().empty() || store->missing() != 0) return "damage";
    if (store->progress().total() != count) return "progress is wrong";
    store.reset();
    sweep::Database database(path, SQLITE_OPEN_READONLY);
    sweep::Statement check(database, "PRAGMA integrity_check");
    return check.step() && check.text(0) == "ok" ? "" : std::string(check.text(0));
} catch (const std::exception& error) {
    return error.what();
}

std::int64_t operations_of_study(const std::string& path) {
    CrashDisk disk;
    std::int64_t acknowledged = 0;
    run_study(path, acknowledged);
    return disk.operations();
}

// How many crashes, each at a random moment of a study, leave a store that lost acknowledged rows.
int broken_by_crashes(int crashes, std::mt19937_64& random, bool syncs, Acknowledges acknowledges,
                      std::string& fault) {
    const StorePath path;
    const auto operations = static_cast<std::uint64_t>(operations_of_study(path.text()));
    int broken = 0;
    for (int i = 0; i < crashes; ++i) {
        CrashDisk disk;
        if (!syncs) disk.ignore_syncs();
        std::int64_t acknowledged = 0;
        // A machine that has crashed once goes on, and crashes again.
        for (int again = 0; again < 2; ++again) {
            disk.fail(static_cast<std::int64_t>(1 + random() % operations), EIO, true);
            try {
                run_study(path.text(), acknowledged, acknowledges);
            } catch (const std::exception& crash) {
                (void)crash;
            }
            disk.crash(random);
            const std::string found = fault_of(path.text(), acknowledged);
            if (found.empty()) continue;
            fault = found;
            ++broken;
            break;
        }
    }
    return broken;
}

TEST_CASE("what was synced survives any crash of the machine", "[store]") {
    auto random = random_numbers("crashes");
    std::string fault;
    const int broken =
        broken_by_crashes(rounds_of(150), random, true, Acknowledges::when_synced, fault);
    CAPTURE(fault);
    CHECK(broken == 0);
}

TEST_CASE("the crash test sees a skipped sync and a row acknowledged too early", "[store]") {
    auto random = random_numbers("crashes of faulty stores");
    std::string fault;
    CHECK(broken_by_crashes(100, random, false, Acknowledges::when_synced, fault) > 0);
    CHECK(broken_by_crashes(100, random, true, Acknowledges::when_appended, fault) > 0);
}

TEST_CASE("whatever fails is told with path and errno, and the study goes on later", "[store]") {
    const StorePath path;
    const std::int64_t operations = operations_of_study(path.text());
    const int error = GENERATE(ENOSPC, EIO);
    const bool lasting = GENERATE(true, false);
    for (std::int64_t at = 1; at <= operations; ++at) {
        CrashDisk disk;
        disk.fail(at, error, lasting);
        std::int64_t acknowledged = 0;
        std::string told;
        try {
            run_study(path.text(), acknowledged);
        } catch (const std::runtime_error& failure) {
            told = failure.what();
        }
        CAPTURE(error, lasting, at, told, acknowledged);
        // SQLite can do without a checkpoint, or without deleting a file when it closes.
        if (told.empty()) REQUIRE(acknowledged >= 3 * rows_a_session);
        if (!told.empty()) {
            REQUIRE(told.find(path.text()) != std::string::npos);
            REQUIRE(told.find(std::strerror(error)) != std::string::npos);
        }
        disk.heal();
        REQUIRE(fault_of(path.text(), acknowledged) == "");
        run_study(path.text(), acknowledged);
        REQUIRE(fault_of(path.text(), acknowledged) == "");
    }
}

}  // namespace
}  // namespace lockstep::test
