// Training from the command to its end, with progress, checkpoints and interrupts.
//
// Must not:  know an agent by name, or parse options.
// Invariant: a file under its final name is whole, and training that is resumed from it gives the
//            bits of training that was not interrupted.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include <lockstep/agent.hpp>

namespace lockstep {

struct TrainSession {
    TrainConfig config;  // resumed or not
    const Agent* agent = nullptr;
    std::string out = {};  // empty: nothing is saved
    // Saves what learners are whenever so much time has passed.
    std::optional<std::chrono::seconds> checkpoint_every = {};
    // What was spent before, where training is resumed.
    double seconds_before = 0;
    std::int64_t lane_steps_before = 0;
    // Options, besides --resume and --out, that the command is to be given again to go on.
    std::string options = {};
};

// Trains to the end, and saves the result with its evaluation. SIGINT, SIGTERM and SIGHUP end the
// process with 130, 143 and 129, what there is saved and the words to go on printed on standard
// error. Seconds and lane steps are of all sessions together. Throws std::runtime_error where the
// file cannot be written: the one that is there is whole.
TrainResult run_training(TrainSession session);

// "lockstep train --resume 'my result' --out 'my result-2' --threads 4": the first name with a
// number behind it that is free.
std::string go_on_command(const std::string& saved, const std::string& options);

}  // namespace lockstep
