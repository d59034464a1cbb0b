// Training from the command to its end, with progress, checkpoints and interrupts.
//
// Must not:  know an agent by name, or parse options.
// Invariant: a file under its final name is complete, and resumed training gives the same bits as
//            training that was not interrupted.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include <lockstep/agent.hpp>

namespace lockstep {

struct TrainSession {
    TrainConfig config;  // whether resumed or not
    const Agent* agent = nullptr;
    std::string out = {};  // empty: nothing is saved
    // The time between saves of the learners' states.
    std::optional<std::chrono::seconds> checkpoint_every = {};
    // The time already spent, if training is resumed.
    double seconds_before = 0;
    std::int64_t lane_steps_before = 0;
    // Options, besides --resume and --out, that the command to resume needs again.
    std::string options = {};
};

// Trains to the end, and saves the result with its evaluation. SIGINT, SIGTERM and SIGHUP end the
// process with 130, 143 and 129 after saving and printing the command to resume on standard error.
// Seconds and lane steps are totals over all sessions. Throws std::runtime_error if the file cannot
// be written; an existing file then stays as it was.
TrainResult run_training(TrainSession session);

// "lockstep train --resume 'my result' --out 'my result-2' --threads 4": the same name with the
// first free number after it.
std::string go_on_command(const std::string& saved, const std::string& options);

}  // namespace lockstep
