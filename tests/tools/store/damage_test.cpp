// What a store refuses, and what it repairs.

#include <algorithm>
#include <fstream>

#include "tests/support/catch.hpp"
#include "tests/support/errors.hpp"
#include "tests/tools/store/sample_store.hpp"
#include "tools/store/config_difference.hpp"

namespace lockstep::test {
namespace {

using sweep::Store;

TEST_CASE("a damaged row is told to readers and run again by writers", "[store]") {
    const StorePath path;
    fill(path, 100);
    const std::int64_t i = 40;
    const auto key = key_of(sample_row(i));
    const auto of_row =
        " WHERE trial = " + std::to_string(key.trial) + " AND stage = " + std::to_string(key.stage);
    SECTION("its record") {
        meddle(path,
               "UPDATE trial SET record = substr(record, 1, length(record) - 1) || x'55'" + of_row);
    }
    SECTION("its checksum") { meddle(path, "UPDATE trial SET crc = 1 - crc" + of_row); }
    SECTION("its key") { meddle(path, "UPDATE trial SET trial = 1000" + of_row); }
    const auto reader = Store::read(path.text());
    CHECK(load_all(*reader).size() == 99);
    CHECK(reader->damaged().size() == 1);
    const auto store = open_sample(path);
    CHECK(load_all(*store).size() == 99);
    CHECK(store->damaged().size() == 1);
    CHECK(store->progress().total() == 99);
    store->append({sample_row(i)});
    store->sync();
    CHECK(are_first_samples(load_all(*store)));
    CHECK(store->damaged().empty());
    CHECK(store->missing() == 0);
}

TEST_CASE("a state that is not its row's, or gone, makes the row run again", "[store]") {
    const StorePath path;
    fill(path, 100);
    const char* sql = GENERATE("DELETE FROM resume_state", "UPDATE resume_state SET crc = crc + 1",
                               "UPDATE resume_state SET bytes = x'00'",
                               "UPDATE resume_state SET trial = trial + 1000");
    CAPTURE(sql);
    meddle(path, sql);
    const auto rows = sample_rows(0, 100);
    const auto without =
        std::ranges::count_if(rows, [](const auto& row) { return row.state_bytes.empty(); });
    const auto store = open_sample(path);
    CHECK(static_cast<std::ptrdiff_t>(load_all(*store).size()) == without);
    CHECK(static_cast<std::ptrdiff_t>(store->damaged().size()) == 100 - without);
}

TEST_CASE("rows that are gone are noticed, and damaged progress is counted again", "[store]") {
    const StorePath path;
    fill(path, 100);
    SECTION("rows") {
        meddle(path, "DELETE FROM trial WHERE trial < 3");
        const auto store = open_sample(path);
        CHECK(load_all(*store).size() == 92);
        CHECK(store->missing() == 8);
    }
    SECTION("progress") {
        const auto before = Store::read(path.text())->progress();
        meddle(path, "UPDATE study SET crc = crc + 1 WHERE key = 'progress'");
        check_refused([&] { Store::read(path.text())->progress(); }, {path.text(), "progress"});
        const auto store = open_sample(path);
        load_all(*store);
        CHECK(store->damaged().size() == 1);
        CHECK(store->progress() == before);
    }
    const auto store = open_sample(path);
    load_all(*store);
    CHECK(store->damaged().empty());
    CHECK(store->missing() == 0);
}

TEST_CASE("what is no store of ours is refused", "[store]") {
    const StorePath path;
    fill(path, 10);
    std::string word;
    SECTION("a newer one") {
        meddle(path, "PRAGMA user_version = 7");
        word = "schema version 7: this program knows version 2";
    }
    SECTION("another program's") {
        meddle(path, "PRAGMA application_id = 1");
        word = "another program";
    }
    SECTION("with another table") {
        meddle(path, "CREATE TABLE more(x)");
        word = "tables";
    }
    SECTION("with a damaged configuration") {
        meddle(path, "UPDATE study SET value = x'7b7d' WHERE key = 'config'");
        word = "config does not fit its checksum";
    }
    SECTION("without one") {
        meddle(path, "DELETE FROM study");
        word = "config does not fit its checksum";
    }
    SECTION("no database") {
        std::ofstream(path.text(), std::ios::trunc) << "env,agent,score\n1,2,3\n";
        word = "not a trial store";
    }
    SECTION("a foreign database") {
        path.remove();
        sweep::Database(path.text(), SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)
            .run("CREATE TABLE studies(x)");
        word = "another program";
    }
    check_refused([&] { open_sample(path); }, {path.text(), word});
    check_refused([&] { Store::read(path.text()); }, {path.text(), word});
}

TEST_CASE("an empty file is a new store to a writer, and none to a reader", "[store]") {
    const StorePath path;
    check_refused([&] { Store::read(path.text()); }, {"there is no trial store", path.text()});
    std::ofstream(path.text()).flush();
    check_refused([&] { Store::read(path.text()); }, {path.text(), "no study"});
    SECTION("empty") {}
    SECTION("cut short") { meddle(path, "PRAGMA journal_mode = WAL"); }
    fill(path, 3);
    CHECK(load_all(*Store::read(path.text())).size() == 3);
}

TEST_CASE("another configuration is refused with the keys that differ", "[store]") {
    const StorePath path;
    fill(path, 3);
    CHECK_NOTHROW(Store::open(path.text(), R"({"study":{"trials":100}})", true));
    check_refused([&] { Store::open(path.text(), R"({"study": {"trials": 200}})", true); },
                  {path.text(), "study.trials: 100 in the store, 200 now"});
    CHECK(sweep::differences(R"({"a": {"b": [1, 2], "c": "x"}, "d": 1})",
                             R"({"d": 1, "a": {"b": [1, 3]}, "e": {"f": true}})") ==
          std::vector<std::string>{"a.b: [1,2] in the store, [1,3] now",
                                   "a.c: \"x\" in the store, not now",
                                   "e.f: not in the store, true now"});
}

}  // namespace
}  // namespace lockstep::test
