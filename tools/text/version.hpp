// This program's version, and what it was built from and for.
#pragma once

#include "tools/command_line/common.hpp"

namespace lockstep {

void print_version(const Common& common);

}  // namespace lockstep
