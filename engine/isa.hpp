// Which instruction set runs: the best that the CPU has, or the one that LOCKSTEP_ISA names.
//
// Invariant: a name that is unknown, or that this CPU lacks, is an error and never falls back.
#pragma once

#include <optional>
#include <string_view>

namespace lockstep {

enum class Isa : int { scalar, avx2, avx512 };
inline constexpr int isa_count = 3;
inline constexpr Isa all_isas[isa_count] = {Isa::scalar, Isa::avx2, Isa::avx512};

std::string_view name(Isa isa);

// Whether this CPU and its operating system run `isa`.
bool supported(Isa isa);

// Throws ConfigError where the name is unknown or the CPU lacks it.
Isa parse_isa(std::string_view wanted);

// `wanted`, or default_isa() where absent. Throws ConfigError where the CPU lacks it.
Isa checked_isa(std::optional<Isa> wanted);

// LOCKSTEP_ISA if set, else the best supported. Throws ConfigError as parse_isa does.
Isa default_isa();

}  // namespace lockstep
