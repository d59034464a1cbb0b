// This program's version, and what it was built from and for.
#pragma once

#include <lockstep/tools/command_line/common.hpp>

namespace lockstep {

void print_version(const Common& common);

}  // namespace lockstep
