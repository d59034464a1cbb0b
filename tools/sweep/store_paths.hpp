// A store as files: the database, the files next to it, and the report.
//
// Must not:  open a store, or know what a study is about.
// Invariant: the report and the other files have names made from the store's whole name, so that no
//            two stores share one.
#pragma once

#include <string>
#include <string_view>

#include <lockstep/sweep/study.hpp>

#include "tools/files/paths.hpp"

namespace lockstep::sweep {

// x.db -> x.db.md
std::string report_path(const std::string& store);

// The store for a study's file if none is given: the same name with .db instead of .toml, or with
// .db added to another name. Throws ConfigError if the study is not a file but, say, a pipe.
std::string default_store(const std::string& study_file);

// The files that the study in `file` names in its settings and its space.
void add_study_inputs(Paths& paths, const Study& study, const std::string& file);
// The store as an output, made or resumed, with its report. Whether an existing store holds this
// study is only known once it is opened, and so is whether the report belongs to another study.
void add_store_output(Paths& paths, std::string_view name, const std::string& store,
                      const Study& study, bool force);
// For a store that was opened. Throws ConfigError if the report is another study's.
void check_report(const std::string& report, const Study& study, bool force);
// The store as an input.
void add_store_input(Paths& paths, std::string_view name, const std::string& store);

}  // namespace lockstep::sweep
