// What a study found, for people and for programs.
//
// Must not:  compute: Findings have every number.
// Invariant: a number from tuning seeds stands beside the word tuning.
#pragma once

#include <string>
#include <string_view>

#include <lockstep/sweep/findings.hpp>

#include "engine/text/json.hpp"
#include "tools/files/paths.hpp"

namespace lockstep::sweep {

Json findings_json(const Study& study, const StudyReport& findings);

// Markdown. Its last line, a comment, tells of which study it is, and a checksum.
std::string report_text(const Study& study, const StudyReport& findings);
inline constexpr std::string_view other_study = "is the report of another study";
// Own: of this study, whatever its number of trials, and unchanged since it was written.
Found found_report(const std::string& path, const Study& study);

// Trials without a score, a line for each of their states with the first reason; empty: none.
std::string failures_text(const StudyReport& findings);

// How many of an older study's trials taught this one's sampler.
std::string warm_start_text(const Study& study);

// "mean returns of ...": what a score is.
std::string score_meaning(const Study& study);

// The winner in a few lines, as `best` and the end of a sweep print it.
std::string winner_text(const Study& study, const StudyReport& findings);

}  // namespace lockstep::sweep
