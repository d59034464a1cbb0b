// Whether a study trains populations, and how it cuts its budget into slices.
//
// Must not:  know who takes over whom.
// Invariant: the last slice ends with the whole budget.
#pragma once

#include <cmath>

#include <lockstep/sweep/study.hpp>

namespace lockstep::sweep {

inline bool trains_populations(const Study& study) { return study.scheduler == "pbt"; }

// The number of slices that a study's trials make.
inline std::int64_t slices(const Study& study) { return study.trials / study.generation; }

// The budget up to which generation `number` learns.
inline double slice_budget(const Study& study, std::int64_t number) {
    const double whole = study.budget * static_cast<double>(number + 1);
    return std::floor(whole / static_cast<double>(slices(study)));
}

}  // namespace lockstep::sweep
