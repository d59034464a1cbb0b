#include <lockstep/tools/interrupt.hpp>

#include <unistd.h>

#include <atomic>
#include <csignal>

namespace lockstep {
namespace {

// Lock-free atomics: any thread may be the one that the signal interrupts.
std::atomic<bool> held, waiting, terminal;
static_assert(std::atomic<bool>::is_always_lock_free);

[[noreturn]] void leave() {
    if (terminal) {
        // Ends the line that ^C and the progress stand on; nothing can be done where it fails.
        [[maybe_unused]] const auto written = write(STDERR_FILENO, "\n", 1);
    }
    _exit(130);
}

void on_interrupt(int) {
    waiting = true;
    if (!held) leave();
}

}  // namespace

void exit_on_interrupt() {
    terminal = isatty(STDERR_FILENO) == 1;
    std::signal(SIGINT, on_interrupt);
}

HoldInterrupts::HoldInterrupts() { held = true; }

HoldInterrupts::~HoldInterrupts() {
    held = false;
    if (waiting) leave();
}

}  // namespace lockstep
