// The files that a study's settings name: found, read once, and handed to learners.
//
// Must not:  read a file twice, or one that the study has already.
// Invariant: what a study has of a file is all that its learners ever see of it.
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

// Of [set], and every choice of [space]. None where the study's environment is unknown.
std::vector<FileUse> files_used(const Study& study);

// Where a file is that the study writes as `file`: a relative one is beside the study's own.
std::string path_of(const Study& study, const std::string& file);

// The study's files, and those that it lacks, read now. Throws ConfigError, a line for each fault.
StudyFiles read_files(const Study& study);

// Adds a setting of the study's, as lockstep::set does, with its file among `files`.
void set(TrainConfig& config, const Agent& agent, const StudyFiles& files, const std::string& name,
         const std::string& text);

}  // namespace lockstep::sweep
