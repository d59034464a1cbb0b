// The process that an environment compiles to, and files for it to read.
//
// Owns:      a folder that lasts as long as a test.
// Must not:  know an environment.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <unistd.h>

#include "engine/environments/config.hpp"

namespace lockstep::test {

// Of "name=value" assignments, as on the command line.
inline EnvSettings settings_of(const std::string& id, const std::vector<std::string>& assignments) {
    EnvSettings settings;
    for (const std::string& assignment : assignments)
        set(settings, find_environment(id).tables.about(), assignment);
    return settings;
}

inline FiniteMdp mdp_of(const std::string& id, const std::vector<std::string>& assignments = {}) {
    return resolve(settings_of(id, assignments), find_environment(id), 1).model->mdp();
}

class Folder {
public:
    Folder()
        : path_(std::filesystem::temp_directory_path() /
                ("lockstep-test-" + std::to_string(getpid()))) {
        std::filesystem::create_directories(path_);
    }
    ~Folder() { std::filesystem::remove_all(path_); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    // Writes the text into a file and returns its path.
    std::string file(const std::string& name, const std::string& text) const {
        std::ofstream(path_ / name, std::ios::binary) << text;
        return (path_ / name).string();
    }
    std::string path() const { return path_.string(); }

private:
    std::filesystem::path path_;
};

}  // namespace lockstep::test
