// Ctrl-C, SIGTERM and SIGHUP: the command ends with 130, 143 or 129 at once, unless it is saving
// something.
//
// Must not:  know what is being saved.
// Invariant: an interrupt takes effect at the latest when the last HoldInterrupts is destroyed.
#pragma once

namespace lockstep {

void exit_on_interrupt();

// While one exists, an interrupt waits.
class HoldInterrupts {
public:
    HoldInterrupts();
    ~HoldInterrupts();
    HoldInterrupts(const HoldInterrupts&) = delete;
    HoldInterrupts& operator=(const HoldInterrupts&) = delete;

    // Whether an interrupt is waiting.
    bool interrupted() const;
    // Discards the waiting interrupt, so that an error can be reported instead.
    void drop() const;
    // Ends the command as the waiting interrupt would have, without unwinding: the work of other
    // threads is lost.
    [[noreturn]] void obey() const;
};

}  // namespace lockstep
