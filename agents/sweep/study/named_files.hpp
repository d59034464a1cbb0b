// The files that a study's settings name: found, read once, and handed to learners.
//
// Must not:  read a file twice, or one that the study already holds.
// Invariant: learners see of a file only what the study holds of it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <lockstep/agent.hpp>
#include <lockstep/sweep/study.hpp>

#include "engine/environments/config.hpp"

namespace lockstep::sweep {

struct FileUse {
    std::string key;   // as Study::where takes it
    std::string name;  // of the setting
    std::string file;  // as the study writes it
};

// The files of [set], and of every choice of [space]. None if the study's environment is unknown.
std::vector<FileUse> files_used(const Study& study);

// The path of the file that the study writes as `file`: a relative one is beside the study's own.
std::string path_of(const Study& study, const std::string& file);

// The study's files; those that it does not hold yet are read. Throws ConfigError, one line per
// fault.
StudyFiles read_files(const Study& study);

// Adds a setting of the study, as lockstep::set does, taking its file from `files`.
void set(TrainConfig& config, const Agent& agent, const StudyFiles& files, const std::string& name,
         const std::string& text);

}  // namespace lockstep::sweep
