// What the command knows about a verb: its name, its help, its options, and how to run it.
//
// Must not:  know any verb's options.
// Invariant: run adds every fault that it finds and raises them before it prints or writes.
#pragma once

#include <memory>
#include <span>

#include "tools/command_line/option.hpp"
#include "tools/command_line/options.hpp"
#include "tools/files/faults.hpp"

namespace lockstep {

// A verb together with the words given to it.
class VerbCall {
public:
    virtual ~VerbCall() = default;
    virtual Options options() = 0;  // bound to members of this object
    virtual void run(const Common& common, Faults& faults) const = 0;
};

// The call of a verb whose words are stored in Texts.
template <class Texts, Options (*describe)(Texts&),
          void (*perform)(const Texts&, const Common&, Faults&)>
std::unique_ptr<VerbCall> call() {
    struct Call final : VerbCall {
        Texts texts;
        Options options() override { return describe(texts); }
        void run(const Common& common, Faults& faults) const override {
            perform(texts, common, faults);
        }
    };
    return std::make_unique<Call>();
}

struct Verb {
    const char* name;
    const char* meaning;
    std::unique_ptr<VerbCall> (*call)();
};

// Runs when no verb is given.
void run_main_job(const Common& common, Faults& faults);

}  // namespace lockstep
