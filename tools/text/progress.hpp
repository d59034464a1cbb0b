// A progress line on standard error, if that is a terminal and TERM is not dumb. With NO_COLOR it
// uses no escape codes.
//
// Must not:  touch standard output.
// Invariant: the line is erased when its ProgressLine is destroyed.
#pragma once

#include <chrono>
#include <string>

#include <lockstep/agent.hpp>

namespace lockstep {

class ProgressLine {
public:
    explicit ProgressLine(std::string what);
    ~ProgressLine();
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;

    // To pass to those who work; empty if there is no terminal. Valid as long as this object.
    ProgressCallback callback();

    // Shows what text() returns, unless the line was updated a moment ago.
    template <class Text>
    void say(const Text& text) {
        if (due()) show(text());
    }

private:
    bool due();
    void show(const std::string& text);
    void erase();

    std::string what_;
    bool terminal_, escapes_;
    std::size_t shown_ = 0;  // characters
    std::chrono::steady_clock::time_point next_{};
};

}  // namespace lockstep
