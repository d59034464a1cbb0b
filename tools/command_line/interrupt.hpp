// Ctrl-C, SIGTERM and SIGHUP: the command ends with 130, 143 or 129 at once, except while it saves
// something.
//
// Must not:  know what is being saved.
// Invariant: an interrupt is obeyed, at the latest when the last HoldInterrupts is gone.
#pragma once

namespace lockstep {

void exit_on_interrupt();

// While one lives, an interrupt waits.
class HoldInterrupts {
public:
    HoldInterrupts();
    ~HoldInterrupts();
    HoldInterrupts(const HoldInterrupts&) = delete;
    HoldInterrupts& operator=(const HoldInterrupts&) = delete;

    // Whether one waits.
    bool interrupted() const;
    // Lets the interrupt that waits pass, where an error is to be told instead.
    void drop() const;
    // Ends the command as the interrupt that waits would have, without unwinding: what other
    // threads are at is lost.
    [[noreturn]] void obey() const;
};

}  // namespace lockstep
