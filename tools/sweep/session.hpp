// A study run into a store, from the command: with progress, interrupts and a report at the end.
//
// Must not:  parse options, or decide anything about the study.
// Invariant: what was told as done is in the store; an interrupt leaves nothing half done.
#pragma once

#include <string>

#include <lockstep/agents/sweep/findings.hpp>
#include <lockstep/agents/sweep/objective.hpp>
#include <lockstep/agents/sweep/study.hpp>
#include <lockstep/tools/options.hpp>
#include <lockstep/tools/store/progress.hpp>

namespace lockstep::sweep {

struct Session {
    Findings findings;
    Progress progress;               // of the store, all sessions together
    std::int64_t rows_found = 0;     // that the store had when the session began
    std::int64_t rows_repaired = 0;  // that were damaged or missing, and were run again
    double seconds = 0;              // of this session
    std::string report;              // path of the Markdown written
};

// Makes the store, or goes on with it; with `force` in place of another study's; ends the process
// with 130 or 143 on SIGINT or SIGTERM, all that was run committed. Throws as make_objective,
// Store::open and run_study do.
Session run_session(const Study& study, const Objective& objective, const std::string& store,
                    const Common& common, std::int64_t chunk, bool force);

// The end of `sweep` and of the main job, on standard output.
void print_session(const Study& study, const Session& session, const std::string& store, bool json);

// What the store's rows tell.
Findings findings_of(const Study& study, TrialLog& log);

}  // namespace lockstep::sweep
