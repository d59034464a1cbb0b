
#include "tools/command_line/interrupt.hpp"

#include <unistd.h>

#include <atomic>
#include <csignal>

namespace lockstep {
namespace {

// Lock-free atomics: the signal may interrupt any thread.
std::atomic<int> held, waiting;  // number of HoldInterrupts; the pending signal or 0
std::atomic<bool> terminal;
static_assert(std::atomic<int>::is_always_lock_free && std::atomic<bool>::is_always_lock_free);

[[noreturn]] void leave() {
    if (terminal) {
        // Ends the line that shows ^C and the progress; a failure here is ignored.
        [[maybe_unused]] const auto written = write(STDERR_FILENO, "\n", 1);
    }
    _exit(128 + waiting);
}

void on_signal(int signal) {
    waiting = signal;
    if (held == 0) leave();
}

}  // namespace

void exit_on_interrupt() {
    terminal = isatty(STDERR_FILENO) == 1;
    std::signal(SIGINT, on_signal);
    std::signal(SIGTERM, on_signal);
    // The terminal has closed. `nohup` ignores this signal, so leave it ignored.
    if (std::signal(SIGHUP, SIG_IGN) != SIG_IGN) std::signal(SIGHUP, on_signal);
}

HoldInterrupts::HoldInterrupts() { ++held; }

HoldInterrupts::~HoldInterrupts() {
    if (--held == 0 && interrupted()) leave();
}

bool HoldInterrupts::interrupted() const { return waiting != 0; }

void HoldInterrupts::drop() const { waiting = 0; }

void HoldInterrupts::obey() const { leave(); }

}  // namespace lockstep
