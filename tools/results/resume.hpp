// Training that goes on from what `train --out` saved.
//
// Must not:  know an agent by name.
// Invariant: what goes on has the settings that led there; only budgets may have grown.
#pragma once

#include <string>

#include "tools/results/result_file.hpp"

namespace lockstep {

// Throws ConfigError, naming every setting in which `config` must not differ from what was saved.
void check_resumed(const SavedResult& saved, const TrainConfig& config);

}  // namespace lockstep
