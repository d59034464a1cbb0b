
#include "agents/sweep/objectives/learner_checks.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

#include <lockstep/error.hpp>

#include "agents/sweep/schedulers/registry.hpp"
#include "agents/sweep/space/drawn_values.hpp"
#include "agents/sweep/study/faults.hpp"
#include "agents/sweep/study/named_files.hpp"

namespace lockstep::sweep {
namespace {

constexpr int looked_at = 64;   // configurations, at most
constexpr int of_a_level = 16;  // with one level of a parameter
constexpr std::int64_t max_levels = 256;
constexpr int redraws = 64;  // extra draws, to find some that keep the constraints

using Values = std::vector<double>;

// The budgets with which every trial is first trained.
std::vector<double> first_budgets(const Study& s) {
    std::vector<double> budgets{s.budget};
    if (!(s.eta > 1) || s.generation < 1) return budgets;  // reported as other faults
    try {
        const auto scheduler = make_scheduler(s);
        const std::int64_t size = std::max<std::int64_t>(1, scheduler->generation_size(0));
        const std::vector<Standing> all(static_cast<std::size_t>(size));
        const auto round = scheduler->next(0, 0, all);
        if (round && round->budget < s.budget && round->budget >= 1)
            budgets.push_back(round->budget);
    } catch (const ConfigError&) {  // reported where the scheduler is made to be used
    }
    return budgets;
}

// "ENV:\nONE\nTWO" as "ENV: ONE; TWO".
std::string in_one_line(std::string_view lines) {
    std::string line;
    for (const char c : lines) {
        if (c != '\n')
            line += c;
        else
            line += line.ends_with(':') ? " " : "; ";
    }
    return line;
}

bool part_of_a_name(char c) {
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

class LearnerChecks {
public:
    LearnerChecks(const Study& study, const Agent& agent, const StudyFiles& files,
                  const TrainConfig& config, const Setting* budget)
        : study_(study),
          agent_(agent),
          files_(files),
          config_(config),
          budget_(budget),
          faults_(study) {}

    void check() {
        if (study_.objective == Score::training && !agent_.has_training_returns)
            faults_.add("study.objective", "objective = training: " + study_.agent +
                                               " learns from no episodes: allowed test");
        const std::vector<Values> some = configurations(looked_at, -1, 0);
        bool sound = true;
        for (const double budget : first_budgets(study_)) {
            if (sound) sound = check_all(some, budget);
        }
        for (int i = 0; i < study_.space.size() && sound; ++i) check_levels(i);
        faults_.raise();
    }

private:
    bool grid() const { return study_.sampler == "grid"; }
    // Distinct configurations that keep the constraints, as many as are found.
    std::vector<Values> configurations(int count, int fixed, std::int64_t level) {
        std::vector<Values> all;
        std::set<std::uint64_t> there;
        Values values(static_cast<std::size_t>(study_.space.size()));
        for (int draw = 0; std::ssize(all) < count && draw < count + redraws; ++draw) {
            draw_values(study_.space, grid(), draws_, values, fixed, level);
            if (study_.space.allows(values) && there.insert(hash_of_values(values)).second)
                all.push_back(values);
        }
        // Constraints that nothing keeps are another fault; faults of fixed settings are still
        // reported.
        if (all.empty() && fixed < 0) all.push_back(values);
        return all;
    }

    // Why learners with these values would not begin; empty if they would.
    std::string fault_of(const Values& values, double budget) const {
        try {
            TrainConfig config = config_;
            for (int i = 0; i < study_.space.size(); ++i) {
                const double value = values[static_cast<std::size_t>(i)];
                if (std::isnan(value)) continue;
                set(config, agent_, files_, study_.space[i].name, study_.space.text(i, value));
            }
            if (budget_ != nullptr && budget > 0)
                set(config, agent_, files_, budget_->name,
                    std::to_string(static_cast<std::int64_t>(budget)));
            if (budget < study_.budget) config.max_steps = 0;  // it is meant for a whole budget
            lockstep::check(agent_, config);
            return "";
        } catch (const ConfigError& error) {
            return in_one_line(error.what());
        }
    }

    // Whether at least one of them has no fault.
    bool check_all(const std::vector<Values>& some, double budget) {
        std::set<std::string> faults;
        for (const Values& values : some) {
            const std::string fault = fault_of(values, budget);
            if (fault.empty()) return true;
            faults.insert(fault);
        }
        if (some.empty()) return true;
        std::string words = fault_of(some[0], budget);
        if (faults.size() > 1)
            words = "all of " + std::to_string(some.size()) +
                    " configurations drawn have a fault, as the first: " + words;
        if (budget < study_.budget) {
            faults_.add(key_of_budget(),
                        "the first trials of " + study_.scheduler + " have a budget of " +
                            std::to_string(static_cast<std::int64_t>(budget)) + ": " + words);
        } else {
            faults_.add(key_of(words), words);
        }
        return false;
    }

    void check_levels(int i) {
        const SearchParameter& p = study_.space[i];
        const std::int64_t levels = known_levels(p, grid());
        if (levels < 2 || levels > max_levels) return;
        for (std::int64_t level = 0; level < levels; ++level) {
            std::string first;
            for (const Values& values : configurations(of_a_level, i, level)) {
                const std::string fault = fault_of(values, study_.budget);
                if (first.empty()) first = fault;
                if (!fault.empty()) continue;
                first.clear();
                break;
            }
            const std::string value =
                p.name + " = " + study_.space.text(i, study_.space.level(i, level)) + ": ";
            if (!first.empty())
                faults_.add("space." + p.name, first.starts_with(value) ? first : value + first);
        }
    }

    std::string key_of_budget() const {
        const bool rungs = study_.scheduler == "halving" || study_.scheduler == "hyperband";
        const char* first = rungs ? "study.min_budget" : "study.scheduler";
        return study_.origins.contains(first) ? first : "study.budget";
    }
    // The key that a fault is about: the first of its words that is a key with a line.
    std::string key_of(const std::string& fault) const {
        for (std::size_t at = 0; at < fault.size(); ++at) {
            std::size_t end = at;
            while (end < fault.size() && part_of_a_name(fault[end])) ++end;
            if (end == at) continue;
            const std::string word = fault.substr(at, end - at);
            at = end;
            if (budget_ != nullptr && word == budget_->name &&
                study_.origins.contains("study.budget"))
                return "study.budget";
            for (const std::string& name : {word, word.substr(0, word.size() - 1)}) {  // "layers"
                for (const char* section : {"set.", "space.", "study."})
                    if (study_.origins.contains(section + name)) return section + name;
            }
        }
        return "study.agent";
    }

    const Study& study_;
    const Agent& agent_;
    const StudyFiles& files_;
    const TrainConfig& config_;
    const Setting* budget_;
    StudyFaults faults_;
    CounterDraws draws_{0};
};

}  // namespace

void check_learners(const Study& study, const Agent& agent, const StudyFiles& files,
                    const TrainConfig& config, const Setting* budget) {
    LearnerChecks(study, agent, files, config, budget).check();
}

}  // namespace lockstep::sweep
