// The tutorials' experiments, which `reproduce` runs again.
//
// Owns:      what was published, what is measured, and the verdict on the two.
// Must not:  print.
// Invariant: a verdict follows from the printed numbers alone. `exact`: all are equal, or within
//            the given tolerance. `consistent`: in addition no |z| exceeds z_bound, which chance
//            alone does in one row of twenty at most, however many figures a row compares; and all
//            figures that have a target lie in it. Otherwise `differs` or `inconsistent`.
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
    Json tables = {};  // by name: the data behind the figures; for --json only
};

struct Experiment {
    const char* id;
    const char* source;
    // Numbers by name, as JSON: those that the tutorial printed, if any; in `reference` those that
    // running its program gave, or that are known exactly, with `what` they are and the standard
    // errors; in `target` the intervals that figures must lie in.
    const char* published;
    ExperimentResult (*run)(const Common&, const Json& published, const ProgressCallback&);
};

std::span<const Experiment> experiments();

}  // namespace lockstep
