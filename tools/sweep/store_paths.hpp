// A store as files: the database, what stands beside it, and the report.
//
// Must not:  open a store, or know what a study is about.
// Invariant: the report and all others are named after the store's whole name, so that two stores
//            share none.
#pragma once

#include <string>
#include <string_view>

#include <lockstep/sweep/study.hpp>

#include "tools/files/paths.hpp"

namespace lockstep::sweep {

// x.db -> x.db.md
std::string report_path(const std::string& store);

// The store of a study's file where no other is named: its name with .db instead of .toml, or
// behind any other. Throws ConfigError where the study is no file, as a pipe.
std::string default_store(const std::string& study_file);

// The files that the settings and the space of a study name, as it lies in `file`.
void add_study_inputs(Paths& paths, const Study& study, const std::string& file);
// The store as an output: made or gone on with, with its report. Whether a store that is there
// holds this study, opening it tells; and only then is it known whose report another study's is.
void add_store_output(Paths& paths, std::string_view name, const std::string& store,
                      const Study& study, bool force);
// For a store that was opened. Throws ConfigError where the report is another study's.
void check_report(const std::string& report, const Study& study, bool force);
// The store as an input.
void add_store_input(Paths& paths, std::string_view name, const std::string& store);

}  // namespace lockstep::sweep
