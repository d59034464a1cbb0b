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

#include <lockstep/detail/isa/table.hpp>
#include <lockstep/isa.hpp>
#include <lockstep/table_game.hpp>

namespace lockstep {

// An environment under one of its ids.
struct EnvironmentEntry {
    EnvironmentId id;
    EnvironmentTables tables;
};

// The names of all columns; columns that share a name get indices.
std::vector<std::string> column_names(std::initializer_list<ColumnInfo> columns);

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
