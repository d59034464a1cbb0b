
#include <lockstep/isa.hpp>

#include <algorithm>
#include <cstdlib>
#include <string>

#include <lockstep/error.hpp>

namespace lockstep {

std::string_view name(Isa isa) { return isa_names[static_cast<int>(isa)]; }

Isa parse_isa(std::string_view wanted) {
    const auto found = std::ranges::find(isa_names, wanted);
    if (found == std::end(isa_names))
        throw ConfigError(unknown_name("instruction set", wanted, isa_names));
    const Isa isa{static_cast<int>(found - std::begin(isa_names))};
    if (supported(isa)) return isa;
    std::string message =
        "instruction set '" + std::string(wanted) + "' is not supported by this CPU; it has";
    for (const Isa other : built_isas) {
        if (supported(other)) message += " " + std::string(name(other));
    }
    throw ConfigError(message);
}

Isa checked_isa(std::optional<Isa> wanted) {
    return wanted ? parse_isa(name(*wanted)) : default_isa();
}

Isa default_isa() {
    if (const char* wanted = std::getenv("LOCKSTEP_ISA")) return parse_isa(wanted);
    return *std::find_if(built_isas.rbegin(), built_isas.rend(), supported);
}

}  // namespace lockstep
