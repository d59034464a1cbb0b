#include <lockstep/tools/progress.hpp>

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

namespace lockstep {
namespace {

constexpr auto pause = std::chrono::milliseconds(100);
constexpr const char* erase_line = "\r\x1b[K";

}  // namespace

ProgressLine::ProgressLine(std::string what)
    : what_(std::move(what)), terminal_(isatty(STDERR_FILENO) == 1) {}

ProgressLine::~ProgressLine() {
    if (terminal_) std::fputs(erase_line, stderr);
}

Progress ProgressLine::callback() {
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
    fmt::print(stderr, "{}{}: {}", erase_line, what_, text);
    std::fflush(stderr);
}

}  // namespace lockstep
