
#include "engine/environments/registry.hpp"

#include <algorithm>
#include <cassert>
#include <string>

#include <lockstep/error.hpp>

namespace lockstep {
namespace {

std::vector<EnvironmentTables>& registered() {
    static std::vector<EnvironmentTables> tables;
    return tables;
}

void append_ids(std::vector<EnvironmentEntry>& entries, const EnvironmentTables& tables) {
    for (const EnvironmentId& id : tables.about().ids) entries.push_back({id, tables});
}

// The kernels that run a finite environment's tables.
EnvironmentTables tables_of(const FiniteEnvironment& finite) {
    const auto all = builtin_environments();
    const auto kernel = std::ranges::find_if(
        all, [&](const auto& t) { return std::string_view(finite.kernel) == t.about().name; });
    assert(kernel != all.end());
    EnvironmentTables tables = *kernel;
    tables.finite = &finite;
    return tables;
}

}  // namespace

const Description& EnvironmentTables::about() const {
    return finite != nullptr ? finite->about : *by_isa[Isa::scalar].about;
}

std::vector<EnvironmentEntry> environments() {
    std::vector<EnvironmentEntry> entries;
    for (const auto& tables : builtin_environments()) append_ids(entries, tables);
    for (const auto* finite : finite_environments()) append_ids(entries, tables_of(*finite));
    for (const auto& tables : registered()) append_ids(entries, tables);
    return entries;
}

std::vector<std::string> column_names(std::initializer_list<ColumnInfo> columns) {
    std::vector<std::string> names;
    for (const ColumnInfo& column : columns) {
        for (int k = 0; k < column.count(); ++k) {
            std::string indices;
            int rest = k;
            for (auto size = column.shape.end(); size != column.shape.begin();) {
                --size;
                indices.insert(0, "[" + std::to_string(rest % *size) + "]");
                rest /= *size;
            }
            names.push_back(column.name + indices);
        }
    }
    return names;
}

void register_environment(const EnvironmentTables& tables) {
    const Description& about = tables.about();
    for (const EnvironmentEntry& known : environments()) {
        for (const EnvironmentId& id : about.ids) {
            if (std::string_view(known.id.id) == id.id) {
                throw ConfigError(std::string("environment id '") + known.id.id + "' is taken");
            }
        }
    }
    registered().push_back(tables);
}

void register_environment(const FiniteEnvironment& finite) {
    register_environment(tables_of(finite));
}

EnvironmentEntry find_environment(std::string_view id) {
    std::vector<std::string_view> names;
    for (const EnvironmentEntry& entry : environments()) {
        if (id == entry.id.id) return entry;
        names.emplace_back(entry.id.id);
    }
    throw ConfigError(unknown_name("environment", id, names));
}

}  // namespace lockstep
