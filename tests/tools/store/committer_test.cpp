// Commits in their own thread.

#include <algorithm>
#include <stdexcept>

#include "tests/support/catch.hpp"
#include "tests/tools/store/sample_store.hpp"
#include "tools/store/committer.hpp"

namespace lockstep::test {
namespace {

using sweep::Committer;
using sweep::Store;
using sweep::StoreProgress;

TEST_CASE("the committer keeps all rows and tells of them after they are durable", "[store]") {
    const StorePath path;
    const auto store = open_sample(path);
    std::vector<std::int64_t> told;
    {
        Committer committer(*store, [&](const StoreProgress& progress) {
            told.push_back(progress.total());
            const auto reader = Store::read(path.text());
            if (reader->progress().total() != told.back()) told.push_back(-1);
        });
        for (std::int64_t i = 0; i < 300; i += 3) committer.append(sample_rows(i, i + 3));
        committer.add_cost({1.5, 32, 16});
        committer.forget({0, 10, 2});
        committer.sync();
        CHECK(told.back() == 300);
        CHECK(load_all(committer).size() == 300);
        committer.append(sample_rows(300, 310));
    }
    CHECK(std::ranges::is_sorted(told));
    CHECK(told.front() > 0);
    CHECK(told.back() == 310);
    CHECK(store->progress().cost == sweep::CostTotals{1.5, 32, 16});
}

TEST_CASE("the committer throws its error from all that follows", "[store]") {
    const StorePath path;
    const auto store = open_sample(path);
    Committer committer(*store, {});
    committer.append(sample_rows(0, 3));
    committer.sync();
    committer.append(sample_rows(2, 4));  // a row that is already there
    CHECK_THROWS_AS(committer.sync(), std::runtime_error);
    CHECK_THROWS_AS(committer.append(sample_rows(4, 5)), std::runtime_error);
    CHECK_THROWS_AS(committer.sync(), std::runtime_error);
    CHECK(load_all(*store).size() == 3);
}

}  // namespace
}  // namespace lockstep::test
