// Studies on disk: stores that a study goes on with after any interruption, and reports on them.
//
// Must not:  show how rows are kept.
// Invariant: rows that a log has synced outlive any crash; one process at a time writes a store.
#pragma once

#include <memory>
#include <string>

#include <lockstep/sweep/run.hpp>

namespace lockstep::sweep {

// Makes the store, or goes on with it; its rows are committed as they come in. Throws ConfigError
// where another process writes it, where it is no sound store, or where it holds another study,
// naming the keys that differ; std::runtime_error on trouble with the disk.
std::unique_ptr<TrialLog> open_store(const std::string& path, const Study& study);

// What a store has so far, also while another process writes it. Throws ConfigError where it is no
// store.
StudyResult read_store(const std::string& path);

// The report of a study as Markdown: the winner on seeds that chose nothing, and how sure that is.
std::string report(const StudyResult& result);

}  // namespace lockstep::sweep
