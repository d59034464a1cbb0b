
#include "tools/text/version.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <lockstep/isa.hpp>

#include "tools/text/build_info.hpp"
#include "tools/text/output.hpp"

namespace lockstep {

void print_version(const Common& common) {
    std::vector<std::string_view> built_in, runnable;
    Json isas = Json::array();
    for (const Isa isa : built_isas) {
        built_in.push_back(name(isa));
        if (supported(isa)) runnable.push_back(name(isa));
        isas.push_back({{"name", name(isa)}, {"supported", supported(isa)}});
    }
    if (common.json) {
        return print_json({{"version", build_version},
                           {"commit", build_commit},
                           {"compiler", build_compiler},
                           {"isa", isas}});
    }
    fmt::print("lockstep {}\n", build_version);
    fmt::print("commit: {}\n", build_commit);
    fmt::print("compiler: {}\n", build_compiler);
    fmt::print("instruction sets: {}\n", fmt::join(built_in, ", "));
    fmt::print("of these, this CPU runs: {}\n", fmt::join(runnable, ", "));
}

}  // namespace lockstep
