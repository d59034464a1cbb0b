// Stores of sample rows, and where a test may keep one.
#pragma once

#include <memory>
#include <string>

#include "tests/tools/store/sample_rows.hpp"

namespace lockstep::test {

inline constexpr const char* sample_config = R"({"study": {"trials": 100}})";

// A path for a store; it and what lies beside it are removed at both ends.
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
// With rows 0 to end - 1.
void fill(const StorePath& path, std::int64_t end);
// Changes the database behind the store's back.
void meddle(const StorePath& path, const std::string& sql);

}  // namespace lockstep::test
