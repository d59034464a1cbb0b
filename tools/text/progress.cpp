
#include "tools/text/progress.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace lockstep {
namespace {

constexpr auto pause = std::chrono::milliseconds(100);

std::string_view variable(const char* name) {
    const char* const value = std::getenv(name);
    return value == nullptr ? "" : value;
}

// Whether standard error is a terminal that can return to the beginning of a line.
bool can_show() { return isatty(STDERR_FILENO) == 1 && variable("TERM") != "dumb"; }

}  // namespace

ProgressLine::ProgressLine(std::string what)
    : what_(std::move(what)), terminal_(can_show()), escapes_(variable("NO_COLOR").empty()) {}

ProgressLine::~ProgressLine() {
    if (terminal_) erase();
}

void ProgressLine::erase() {
    // NO_COLOR may be set because the terminal has no escape codes at all.
    const std::string blanks = escapes_ ? "\x1b[K" : std::string(shown_, ' ') + "\r";
    std::fputs(("\r" + blanks).c_str(), stderr);
    std::fflush(stderr);
}

ProgressCallback ProgressLine::callback() {
    if (!terminal_) return {};
    return [this](double done) { say([&] { return fmt::format("{:.0f} %", 100 * done); }); };
}

bool ProgressLine::due() {
    const auto now = std::chrono::steady_clock::now();
    if (!terminal_ || now < next_) return false;
    next_ = now + pause;
    return true;
}

void ProgressLine::show(const std::string& text) {
    erase();
    const std::string line = what_ + ": " + text;
    shown_ = line.size();
    std::fputs(line.c_str(), stderr);
    std::fflush(stderr);
}

}  // namespace lockstep
