#include <lockstep/engine/isa.hpp>

#include <cstdlib>
#include <string>
#include <vector>

#include <lockstep/engine/error.hpp>

namespace lockstep {
namespace {

constexpr std::string_view names[isa_count] = {"scalar", "avx2", "avx512"};

}  // namespace

std::string_view name(Isa isa) { return names[static_cast<int>(isa)]; }

bool supported(Isa isa) {
    const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    const bool avx512 = avx2 && __builtin_cpu_supports("avx512f") &&
                        __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512cd") &&
                        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
    return isa == Isa::scalar || (isa == Isa::avx2 && avx2) || (isa == Isa::avx512 && avx512);
}

Isa parse_isa(std::string_view wanted) {
    for (const Isa isa : all_isas) {
        if (wanted != name(isa)) continue;
        if (supported(isa)) return isa;
        std::string message =
            "instruction set '" + std::string(wanted) + "' is not supported by this CPU; it has";
        for (const Isa other : all_isas) {
            if (supported(other)) message += " " + std::string(name(other));
        }
        throw ConfigError(message);
    }
    throw ConfigError(unknown_name("instruction set", wanted, names));
}

Isa checked_isa(std::optional<Isa> wanted) {
    return wanted ? parse_isa(name(*wanted)) : default_isa();
}

Isa default_isa() {
    if (const char* wanted = std::getenv("LOCKSTEP_ISA")) return parse_isa(wanted);
    return supported(Isa::avx512) ? Isa::avx512 : supported(Isa::avx2) ? Isa::avx2 : Isa::scalar;
}

}  // namespace lockstep
