// Ctrl-C: the command ends with 130 at once, except while it saves something.
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
};

}  // namespace lockstep
