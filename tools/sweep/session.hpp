// A study run into a store, from the command: with progress, interrupts and a report at the end.
//
// Must not:  parse options, or decide anything about the study.
// Invariant: what was told as done is in the store; an interrupt leaves nothing half done.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <lockstep/sweep/findings.hpp>

#include "agents/sweep/run/run_study.hpp"
#include "tools/command_line/common.hpp"
#include "tools/store/store.hpp"

namespace lockstep::sweep {

struct SessionOptions {
    std::int64_t chunk = 0;  // as EvaluateOptions has it
    bool force = false;      // replaces another study's store, and a report that is not its own
    std::optional<double> seconds = {};  // after which tuning ends, and the finalists are scored
};

struct Session {
    StudyReport findings;
    StoreProgress progress;          // of the store, all sessions together
    std::int64_t rows_found = 0;     // that the store had when the session began
    std::int64_t rows_repaired = 0;  // that were damaged or missing, and were run again
    double seconds = 0;              // of this session
    Ending ending = Ending::trials;  // of tuning
    std::int64_t trials = 0;         // that the study asks for
    std::string report;              // path of the Markdown written
};

// Makes the store, or goes on with it, also as one with another number of trials or another target;
// ends the process with 130 or 143 on SIGINT or SIGTERM, all that was run committed. Throws as
// make_objective, Store::open and run_study do.
Session run_session(const Study& study, const Objective& objective, const std::string& path,
                    const Common& common, const SessionOptions& options);

// The end of `sweep` and of the main job, on standard output. Throws std::runtime_error, with the
// first reason, where no trial completed.
void print_session(const Study& study, const Session& session, const std::string& store, bool json);

// The study that a store holds. Throws ConfigError where this program cannot read it.
Study study_of(const Store& store, const std::string& path);

// What the store's rows tell.
StudyReport findings_of(const Study& study, TrialLog& log);

}  // namespace lockstep::sweep
