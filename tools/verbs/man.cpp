// lockstep man: the manual page, as roff.

#include <fmt/format.h>

#include "tools/command_line/command.hpp"
#include "tools/command_line/man_page.hpp"
#include "tools/text/build_info.hpp"
#include "tools/text/output.hpp"

namespace lockstep {
namespace {

struct ManTexts {};

Options options(ManTexts&) { return {}; }

void man(const ManTexts&, const Common& common, Faults& faults) {
    faults.raise();
    const Command command;
    const std::string page = man_page(command.description(), build_version);
    if (common.json) return print_json({{"page", page}});
    fmt::print("{}", page);
}

}  // namespace

Verb man_verb() {
    return {"man", "print the manual page, for `man -l`", call<ManTexts, options, man>};
}

}  // namespace lockstep
