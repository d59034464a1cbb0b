// A progress line on standard error, where that is a terminal.
//
// Must not:  touch standard output.
// Invariant: the line is gone when its ProgressLine is.
#pragma once

#include <chrono>
#include <string>

#include <lockstep/agents/agent.hpp>

namespace lockstep {

class ProgressLine {
public:
    explicit ProgressLine(std::string what);
    ~ProgressLine();
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;

    // To hand to those who work; empty where nobody watches. Valid as long as this lives.
    Progress callback();

private:
    void show(double done);

    std::string what_;
    bool terminal_;
    std::chrono::steady_clock::time_point next_{};
};

}  // namespace lockstep
