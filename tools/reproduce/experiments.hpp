// The tutorials' experiments that `reproduce` runs again.
//
// Owns:      what was published, what is measured, and the verdict on the two.
// Must not:  print.
// Invariant: a verdict follows from the printed numbers alone. `exact`: all equal, or within the
//            tolerance that is given. `consistent`: besides, no |z| exceeds z_bound, which chance
//            alone does once in twenty rows at most, however many figures a row compares; and all
//            figures with a target lie in it. Else `differs` or `inconsistent`.
#pragma once

#include <span>
#include <string>

#include "engine/text/json.hpp"
#include "tools/command_line/common.hpp"
#include "tools/text/progress.hpp"

namespace lockstep {

struct ExperimentResult {
    Json measured;    // number by name
    Json dispersion;  // sd, standard_error, z (of measured - reference), tolerance by name; z_bound
    std::string verdict;
    Json tables = {};  // by name: what the figures were taken from; for --json alone
};

struct Experiment {
    const char* id;
    const char* source;
    // Numbers by name, as JSON: those that the tutorial printed, if any; in `reference` what was
    // measured by running its program, or is known exactly, with `what` that was and the standard
    // errors; in `target` intervals that figures must lie in.
    const char* published;
    ExperimentResult (*run)(const Common&, const Json& published, const ProgressCallback&);
};

std::span<const Experiment> experiments();

}  // namespace lockstep
