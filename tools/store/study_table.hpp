// What a store has once: the study's configuration, the version that made it, and its progress.
//
// Must not:  begin or end transactions.
// Invariant: whatever is read matches its checksum.
#pragma once

#include <optional>
#include <string>

#include "tools/store/progress.hpp"
#include "tools/store/sqlite.hpp"

namespace lockstep::sweep {

struct StudyEntries {
    std::string config;   // JSON
    std::string version;  // of the program that made the store
};
void write_study(Database& database, const StudyEntries& study);
// Throws ConfigError if one is missing or damaged.
StudyEntries read_study(Database& database);

void write_progress(Database& database, const StoreProgress& progress);
// Nothing if it is missing or damaged.
std::optional<StoreProgress> read_progress(Database& database);

}  // namespace lockstep::sweep
