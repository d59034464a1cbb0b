// What the build knows about itself; made by cmake/build_info.cmake.
#pragma once

#include <string_view>

namespace lockstep {

extern const std::string_view build_version;   // "0.1.0"
extern const std::string_view build_commit;    // of the sources, or "unknown"
extern const std::string_view build_compiler;  // "GNU 12.2.0"

}  // namespace lockstep
