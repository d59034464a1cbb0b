// The study that the command runs without a verb, as the text of tools/studies/cartpole.toml.
#pragma once

#include <string_view>

namespace lockstep {

extern const std::string_view main_study;

}  // namespace lockstep
