// Which instruction set runs: the best that the CPU has, or the one that LOCKSTEP_ISA names.
//
// Invariant: a name that is unknown, or that this CPU lacks, is an error; there is no fallback.
#pragma once

#include <iterator>
#include <optional>
#include <span>
#include <string_view>

#include <lockstep/detail/isa/list.hpp>

namespace lockstep {

// Those of all processors: Isa::scalar, Isa::avx2, ...
enum class Isa : int {
#define LOCKSTEP_SET(name, ...) name,
    LOCKSTEP_ISAS(LOCKSTEP_SET)
#undef LOCKSTEP_SET
};

inline constexpr std::string_view isa_names[] = {
#define LOCKSTEP_SET(name, ...) #name,
    LOCKSTEP_ISAS(LOCKSTEP_SET)
#undef LOCKSTEP_SET
};
inline constexpr int isa_count = static_cast<int>(std::size(isa_names));

// A table of functions for each instruction set, null for those of other processors. Any may be
// used only where its instruction set is supported.
template <class Table>
struct TablesByIsa {
    const Table* tables[isa_count];
    const Table& operator[](Isa isa) const { return *tables[static_cast<int>(isa)]; }
};

// A table's functions on numbers of type Real: its f32 or its f64.
template <class Real, class Table>
const auto& functions_on(const Table& table) {
    if constexpr (sizeof(Real) == 4) {
        return table.f32;
    } else {
        return table.f64;
    }
}

// The instruction sets of the processor that this library is built for, the best last.
extern const std::span<const Isa> built_isas;

std::string_view name(Isa isa);

// Whether this library is built for `isa`, and this CPU and its operating system support it.
bool supported(Isa isa);

// Throws ConfigError if the name is unknown or the CPU lacks it.
Isa parse_isa(std::string_view wanted);

// `wanted`, or default_isa() if absent. Throws ConfigError if the CPU lacks it.
Isa checked_isa(std::optional<Isa> wanted);

// LOCKSTEP_ISA if set, else the best supported. Throws ConfigError like parse_isa.
Isa default_isa();

}  // namespace lockstep
