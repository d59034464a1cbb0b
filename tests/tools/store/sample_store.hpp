// Stores of sample rows, and paths for them in tests.
#pragma once

#include <memory>
#include <string>

#include "tests/tools/store/sample_rows.hpp"

namespace lockstep::test {

inline constexpr const char* sample_config = R"({"study": {"trials": 100}})";

// A path for a store; the store and the files next to it are removed before and after.
class StorePath {
public:
    StorePath();
    ~StorePath();
    StorePath(const StorePath&) = delete;
    StorePath& operator=(const StorePath&) = delete;
    const std::string& text() const { return text_; }
    void remove() const;

private:
    std::string text_;
};

std::unique_ptr<sweep::Store> open_sample(const StorePath& path);
// Writes rows 0 to end - 1.
void fill(const StorePath& path, std::int64_t end);
// Changes the database without the store's knowledge.
void meddle(const StorePath& path, const std::string& sql);

}  // namespace lockstep::test
