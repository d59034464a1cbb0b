// Stores with flipped bits, torn pages and missing ends.

#include <algorithm>
#include <stdexcept>

#include "tests/support/catch.hpp"
#include "tests/support/random.hpp"
#include "tests/tools/store/crash_disk.hpp"
#include "tests/tools/store/sample_store.hpp"

namespace lockstep::test {
namespace {

using sweep::Store;
using Files = std::map<std::string, Bytes>;

// The rows that are damaged, and those that a resumed study adds.
constexpr std::int64_t rows_kept = 150, rows_later = 250;

// A store as a killed process leaves it: half of it in the file, the rest in the log.
Files killed_store(const std::string& path) {
    CrashDisk disk;
    {
        const auto store = Store::open(path, sample_config, true);
        store->append(sample_rows(0, rows_kept / 2));
        store->sync();
    }
    const auto store = Store::open(path, sample_config, true);
    for (std::int64_t i = rows_kept / 2; i < rows_kept; i += 5) {
        store->append(sample_rows(i, i + 5));
        store->sync();
    }
    return disk.files();
}

Files closed_store(const std::string& path) {
    CrashDisk disk;
    disk.set_files(killed_store(path));
    Store::open(path, sample_config, true).reset();
    return disk.files();
}

void flip_bits(Bytes& file, std::mt19937_64& random) {
    for (auto flips = 1 + random() % 8; flips > 0; --flips)
        file[random() % file.size()] ^= static_cast<std::byte>(1U << (random() % 8));
}

// Replaces a sector, or part of one, with another one or with noise.
void tear(Bytes& file, std::mt19937_64& random) {
    const auto count = static_cast<std::ptrdiff_t>(
        std::min<std::size_t>(file.size(), std::size_t{1} << (4 + random() % 10)));
    const auto ends = file.size() - static_cast<std::size_t>(count) + 1;
    const auto to = file.begin() + static_cast<std::ptrdiff_t>(random() % ends);
    if (random() % 2 == 0) {
        const auto from = file.begin() + static_cast<std::ptrdiff_t>(random() % ends);
        const Bytes copy(from, from + count);
        std::ranges::copy(copy, to);
    } else {
        std::generate_n(to, count, [&] { return static_cast<std::byte>(random()); });
    }
}

Files damaged(Files files, std::mt19937_64& random) {
    auto chosen = files.begin();
    std::advance(chosen, random() % files.size());
    Bytes& file = chosen->second;
    if (file.empty()) return files;
    switch (random() % 3) {
        case 0:
            flip_bits(file, random);
            break;
        case 1:
            tear(file, random);
            break;
        default:
            file.resize(random() % file.size());
    }
    return files;
}

// Whether each row is one of those that were appended, and none is given twice.
bool are_kept_rows(const std::vector<sweep::TrialRow>& rows) {
    std::vector<bool> seen(rows_later);
    return std::ranges::all_of(rows, [&](const sweep::TrialRow& row) {
        const std::int64_t i = (row.trial + 1) * 2 + row.stage;
        if (i < 0 || i >= rows_later || seen[static_cast<std::size_t>(i)]) return false;
        seen[static_cast<std::size_t>(i)] = true;
        return same(row, sample_row(i));
    });
}

enum class Outcome { refused, repaired, less, whole };

// The outcome of resuming a store's study.
Outcome resume(const std::string& path) try {
    const auto store = Store::open(path, sample_config, true);
    const auto rows = load_all(*store);
    REQUIRE(are_kept_rows(rows));
    const bool repaired = !store->damaged().empty() || store->missing() > 0;
    const std::int64_t counted = store->progress().total();
    REQUIRE(counted == static_cast<std::int64_t>(rows.size()));
    store->append(sample_rows(rows_kept, rows_later));
    store->sync();
    // Damage that was not found must not appear later.
    const auto later = load_all(*store);
    REQUIRE(are_kept_rows(later));
    REQUIRE(later.size() == rows.size() + rows_later - rows_kept);
    REQUIRE(store->damaged().empty());
    if (repaired) return Outcome::repaired;
    return rows.size() < rows_kept ? Outcome::less : Outcome::whole;
} catch (const std::invalid_argument&) {
    return Outcome::refused;
} catch (const std::runtime_error&) {
    return Outcome::refused;
}

void look(const std::string& path) try {
    const auto store = Store::read(path);
    const auto rows = load_all(*store);
    REQUIRE(are_kept_rows(rows));
    store->progress();
} catch (const std::invalid_argument&) {
} catch (const std::runtime_error&) {
}

TEST_CASE("damage is refused, or repaired with a count; no wrong row is used", "[store]") {
    auto random = random_numbers("damaged stores");
    const StorePath path;
    const Files sound[] = {closed_store(path.text()), killed_store(path.text())};
    std::map<Outcome, int> outcomes;
    for (int i = 0; i < rounds_of(600); ++i) {
        const Files files = damaged(sound[i % 2], random);
        CAPTURE(i);
        CrashDisk disk;
        disk.set_files(files);
        look(path.text());
        disk.set_files(files);
        const Outcome outcome = resume(path.text());
        ++outcomes[outcome];
        // A log that ends too early is like one that was not written; any other damage is found.
        if (i % 2 == 0) REQUIRE(outcome != Outcome::less);
    }
    // Otherwise the damage would prove nothing.
    CHECK(outcomes[Outcome::refused] > rounds_of(20));
    CHECK(outcomes[Outcome::repaired] > rounds_of(20));
    CHECK(outcomes[Outcome::whole] > rounds_of(20));
}

}  // namespace
}  // namespace lockstep::test
