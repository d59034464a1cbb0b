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
    return [this](double done) { show(done); };
}

void ProgressLine::show(double done) {
    const auto now = std::chrono::steady_clock::now();
    if (now < next_) return;
    next_ = now + pause;
    fmt::print(stderr, "{}{}: {:.0f} %", erase_line, what_, 100 * done);
    std::fflush(stderr);
}

}  // namespace lockstep
