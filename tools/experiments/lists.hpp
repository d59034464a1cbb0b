// The rows of `reproduce`, a list for each tutorial.
//
// Must not:  be read by anyone but those who make the lists and experiments(), which joins them.
#pragma once

#include <span>

#include <lockstep/tools/experiments.hpp>

namespace lockstep {

std::span<const Experiment> cartpole_experiments();

}  // namespace lockstep
