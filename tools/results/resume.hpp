// Training that resumes from what `train --out` saved.
//
// Must not:  know an agent by name.
// Invariant: resumed training has the settings of the saved training; only budgets may have grown.
#pragma once

#include <string>

#include "tools/results/result_file.hpp"

namespace lockstep {

// Throws ConfigError that names every setting of `config` that differs and must not.
void check_resumed(const SavedResult& saved, const TrainConfig& config);

}  // namespace lockstep
