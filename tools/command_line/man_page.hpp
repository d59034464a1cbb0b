// The command's manual page.
#pragma once

#include <string>
#include <string_view>

#include "tools/command_line/description.hpp"

namespace lockstep {

// The page as roff with the macros of man(7).
std::string man_page(const CommandDescription& command, std::string_view version);

}  // namespace lockstep
