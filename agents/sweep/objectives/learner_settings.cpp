
#include "agents/sweep/objectives/learner_settings.hpp"

#include <algorithm>
#include <vector>

#include "agents/sweep/study/faults.hpp"
#include "agents/sweep/study/named_files.hpp"
#include "engine/environments/config.hpp"

namespace lockstep::sweep {
namespace {

// The settings that a study fixes, and the faults in what it fixes and searches.
class SettingsReader {
public:
    SettingsReader(const Study& study, const Agent& agent, const StudyFiles& files)
        : study_(study), agent_(agent), files_(files), faults_(study) {}

    TrainConfig read() {
        TrainConfig config{.env = study_.env};
        for (const auto& [name, text] : study_.set) {
            faults_.collect("set." + name, [&, setting = name, value = text] {
                set(config, agent_, files_, setting, value);
            });
        }
        for (int i = 0; i < study_.space.size(); ++i) check_parameter(config, i);
        check_budget();
        faults_.raise();
        check_files(config);
        faults_.raise();
        return config;
    }

private:
    void check_parameter(const TrainConfig& config, int i) {
        const SearchParameter& p = study_.space[i];
        const std::string key = "space." + p.name;
        if (study_.set.contains(p.name)) return faults_.add(key, p.name + " is in [set] too");
        const Setting* setting = find_setting(agent_.settings, p.name);
        if (setting != nullptr && setting->type == Setting::Type::integer && !p.whole() &&
            p.scale != Scale::choice)
            return faults_.add(key,
                               p.name +
                                   " takes whole numbers only: allowed integer, pow2, choice, and "
                                   "uniform with a whole low end and step");
        std::vector<double> values{p.low, p.high};
        if (p.step > 0) values.back() = study_.space.level(i, p.levels() - 1);
        for (double c = 0; p.scale == Scale::choice && c < p.high; ++c) values.push_back(c);
        for (const double value : values) {
            const bool taken = faults_.collect(key, [&] {
                TrainConfig trial = config;
                set(trial, agent_, files_, p.name, study_.space.text(i, value));
            });
            if (!taken) return;
        }
    }
    // Checks the contents of each file, together with the fixed settings.
    void check_files(const TrainConfig& config) {
        for (const FileUse& use : files_used(study_)) {
            faults_.collect(use.key, [&] {
                TrainConfig trial = config;
                set(trial, agent_, files_, use.name, use.file);
                resolve(trial.env_settings, find_environment(study_.env), 1);
            });
        }
    }
    void check_budget() {
        if (study_.budget > 0 && budget_of(agent_) == nullptr)
            faults_.add("study.budget", "budget: " + study_.agent + " has none");
    }

    const Study& study_;
    const Agent& agent_;
    const StudyFiles& files_;
    StudyFaults faults_;
};

}  // namespace

TrainConfig learner_settings(const Study& study, const Agent& agent, const StudyFiles& files) {
    return SettingsReader(study, agent, files).read();
}

}  // namespace lockstep::sweep
