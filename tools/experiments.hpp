// The tutorials' experiments that `reproduce` runs again.
//
// Owns:      what was published, what is measured, and the verdict on the two.
// Must not:  print.
// Invariant: a verdict follows from the printed numbers alone: `exact` where all are equal,
//            `consistent` where all lie within two standard errors of their difference.
#pragma once

#include <span>
#include <string>

#include <lockstep/tools/json.hpp>
#include <lockstep/tools/options.hpp>
#include <lockstep/tools/progress.hpp>

namespace lockstep {

struct Findings {
    Json measured;    // number by name
    Json dispersion;  // sd; standard_error and z (of measured - reference) by name
    std::string verdict;
    Json tables = {};  // by name: what the figures were taken from; for --json alone
};

struct Experiment {
    const char* id;
    const char* source;
    // Numbers by name, as JSON. Where a tutorial printed none, `reference` has what was measured by
    // running its program, says `what` that was, and has the standard errors.
    const char* published;
    Findings (*run)(const Common&, const Json& published, const Progress&);
};

std::span<const Experiment> experiments();

}  // namespace lockstep
