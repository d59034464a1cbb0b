// A progress line on standard error, where that is a terminal, other than TERM=dumb. With NO_COLOR
// it does without escape codes.
//
// Must not:  touch standard output.
// Invariant: the line is gone when its ProgressLine is.
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

    // To hand to those who work; empty where nobody watches. Valid as long as this lives.
    ProgressCallback callback();

    // Shows what text() makes, unless the line was shown just now.
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
