#include <lockstep/engine/environments.hpp>

#include <string>

#include <lockstep/engine/error.hpp>

namespace lockstep {
namespace {

std::vector<EnvironmentTables>& registered() {
    static std::vector<EnvironmentTables> tables;
    return tables;
}

void append_ids(std::vector<EnvironmentEntry>& entries, const EnvironmentTables& tables) {
    const EnvironmentInfo& info = tables.info();
    for (int i = 0; i < info.id_count; ++i) entries.push_back({info.ids[i], tables});
}

}  // namespace

std::vector<EnvironmentEntry> environments() {
    std::vector<EnvironmentEntry> entries;
    for (const auto& tables : builtin_environments()) append_ids(entries, tables);
    for (const auto& tables : registered()) append_ids(entries, tables);
    return entries;
}

void register_environment(const EnvironmentTables& tables) {
    const EnvironmentInfo& info = tables.info();
    for (const EnvironmentEntry& known : environments()) {
        for (int i = 0; i < info.id_count; ++i) {
            if (std::string_view(known.id.id) == info.ids[i].id) {
                throw ConfigError(std::string("environment id '") + known.id.id + "' is taken");
            }
        }
    }
    registered().push_back(tables);
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
