
#include "agents/sweep/study/named_files.hpp"

#include <algorithm>
#include <filesystem>

#include "agents/sweep/study/faults.hpp"
#include "engine/environments/config.hpp"
#include "engine/text/text_file.hpp"

namespace lockstep::sweep {
namespace {

bool names_file(const std::string& env, const std::string& name) {
    return lockstep::names_file(find_environment(env).tables.about(), name);
}

bool known(const std::string& env) {
    return std::ranges::any_of(environments(),
                               [&](const EnvironmentEntry& entry) { return env == entry.id.id; });
}

}  // namespace

std::vector<FileUse> files_used(const Study& study) {
    std::vector<FileUse> used;
    if (!known(study.env)) return used;
    const auto add = [&](const char* section, const std::string& name, const std::string& file) {
        if (!file.empty() && names_file(study.env, name))
            used.push_back({section + name, name, file});
    };
    for (const auto& [name, text] : study.set) add("set.", name, text);
    for (const SearchParameter& p : study.space.parameters()) {
        for (const std::string& choice : p.choices) add("space.", p.name, choice);
    }
    return used;
}

std::string path_of(const Study& study, const std::string& file) {
    return (std::filesystem::path(study.folder) / file).string();
}

StudyFiles read_files(const Study& study) {
    StudyFiles files = study.files;
    StudyFaults faults(study);
    for (const FileUse& use : files_used(study)) {
        if (files.contains(use.file)) continue;
        faults.collect(use.key, [&] {
            files[use.file] =
                std::make_shared<const std::string>(read_file(use.name, path_of(study, use.file)));
        });
    }
    faults.raise();
    return files;
}

void set(TrainConfig& config, const Agent& agent, const StudyFiles& files, const std::string& name,
         const std::string& text) {
    const bool file = files.contains(text) && find_setting(agent.settings, name) == nullptr &&
                      names_file(config.env, name);
    if (file) return set_file(config.env_settings, name, {text, files.at(text)});
    lockstep::set(config, agent, name + "=" + text);
}

}  // namespace lockstep::sweep
