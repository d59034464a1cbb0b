// The known environments, by id.
//
// Owns:      the list of built-in environments and of those that a program registers.
// Must not:  know what an environment does.
// Invariant: an id names one environment.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <lockstep/engine/machine/isa.hpp>
#include <lockstep/engine/tables/finite_environment.hpp>
#include <lockstep/kernels/isa/table.hpp>

namespace lockstep {

// One environment's kernels, by Isa.
struct EnvironmentTables {
    const EnvironmentKernels* by_isa[isa_count];
    const FiniteEnvironment* finite = nullptr;  // compiles the tables that the kernels run

    const Description& about() const {
        return finite != nullptr ? finite->about : *by_isa[0]->about;
    }
    template <class Real>
    const Kernels<Real>& kernels(Isa isa) const {
        const EnvironmentKernels& table = *by_isa[static_cast<int>(isa)];
        if constexpr (sizeof(Real) == 4) {
            return table.f32;
        } else {
            return table.f64;
        }
    }
};

// An environment under one of its ids.
struct EnvironmentEntry {
    EnvironmentId id;
    EnvironmentTables tables;
};

// The names of all columns; columns that share a name get indices.
std::vector<std::string> column_names(std::initializer_list<ColumnInfo> columns);

// Registers an environment's kernels or tables, which must live as long as the program. For sources
// that lockstep_add_environment generates. Throws ConfigError if an id is taken.
void register_environment(const EnvironmentTables& tables);
void register_environment(const FiniteEnvironment& finite);

// All environments, built-in ones first.
std::vector<EnvironmentEntry> environments();

// Throws ConfigError, which gives the nearest known id.
EnvironmentEntry find_environment(std::string_view id);

// The kernels of an id's environment, which last as long as the program. Throws like
// find_environment.
template <class Real>
const Kernels<Real>& find_kernels(std::string_view id, Isa isa) {
    const EnvironmentTables tables = find_environment(id).tables;
    return tables.kernels<Real>(isa);
}

std::span<const EnvironmentTables> builtin_environments();
std::span<const FiniteEnvironment* const> finite_environments();

}  // namespace lockstep
