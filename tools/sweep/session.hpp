// Runs a study into a store for the command: with progress, interrupts and a report at the end.
//
// Must not:  parse options, or decide anything about the study.
// Invariant: what was reported as done is in the store; an interrupt leaves nothing half done.
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
    std::int64_t chunk = 0;              // see EvaluateOptions
    bool force = false;                  // replaces another study's store, and a report not its own
    std::optional<double> seconds = {};  // then tuning ends and the finalists are scored
};

struct Session {
    StudyReport findings;
    StoreProgress progress;          // of the store, over all sessions
    std::int64_t rows_found = 0;     // rows in the store at the session's start
    std::int64_t rows_repaired = 0;  // damaged or missing rows that were run again
    double seconds = 0;              // of this session
    Ending ending = Ending::trials;  // why tuning ended
    std::int64_t trials = 0;         // asked for by the study
    std::string report;              // path of the Markdown written
};

// Makes the store, or resumes it, even with another number of trials or another target. On SIGINT
// or SIGTERM it ends the process with 130 or 143, after committing all that was run. Throws as
// make_objective, Store::open and run_study do.
Session run_session(const Study& study, const Objective& objective, const std::string& path,
                    const Common& common, const SessionOptions& options);

// Prints the end of `sweep` and of the main job. Throws std::runtime_error, with the first reason,
// if no trial completed.
void print_session(const Study& study, const Session& session, const std::string& store, bool json);

// The study in a store. Throws ConfigError if this program cannot read it.
Study study_of(const Store& store, const std::string& path);

// What the store's rows show.
StudyReport findings_of(const Study& study, TrialLog& log);

}  // namespace lockstep::sweep
