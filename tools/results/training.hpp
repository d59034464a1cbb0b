// Training and its report: what `train` prints and saves, and what the main job prints.
//
// Must not:  know an agent by name.
// Invariant: scores called `evaluation` are from test episodes, which training never saw.
#pragma once

#include <span>
#include <string>

#include <lockstep/detail/network/network_shape.hpp>
#include <lockstep/evaluation.hpp>

#include "engine/text/json.hpp"

namespace lockstep {

Json evaluation_json(const Evaluation& evaluation);

// Every setting, defaults included, and the contents of the files that settings name.
Json config_json(const TrainConfig& config, const Agent& agent);

Json training_report(const TrainConfig& config, const Agent& agent, const TrainResult& result,
                     const Evaluation& evaluation);

// The sizes of its layers, starting with the inputs, and the activation of each but the first.
Json network_shape_json(const NetworkShape& shape);

// How many learners have finished, are in progress, have not begun, and failed; and the same in
// words: "8 learners (5 finished, 2 under way, 1 not begun)".
Json stages_json(std::span<const LearnerState> states);
std::string stages_text(const Json& stages);

// Adds what is too long to print: tables of values and their board, networks, the state of each
// learner, and whether training has finished.
void add_saved(Json& report, const TrainConfig& config, const Agent& agent,
               const TrainResult& result);

}  // namespace lockstep
