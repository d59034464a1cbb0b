// What a study found, for people and for programs.
//
// Must not:  compute: Findings have every number.
// Invariant: a number from tuning seeds stands beside the word tuning.
#pragma once

#include <string>

#include <lockstep/agents/sweep/findings.hpp>
#include <lockstep/tools/json.hpp>

namespace lockstep::sweep {

Json findings_json(const Study& study, const Findings& findings);

// Markdown.
std::string report_text(const Study& study, const Findings& findings);

// Trials without a score, a line for each of their states with the first reason; empty: none.
std::string failures_text(const Findings& findings);

// How many of an older study's trials taught this one's sampler.
std::string warm_start_text(const Study& study);

// "mean returns of ...": what a score is.
std::string score_meaning(const Study& study);

// The winner in a few lines, as `best` and the end of a sweep print it.
std::string winner_text(const Study& study, const Findings& findings);

}  // namespace lockstep::sweep
