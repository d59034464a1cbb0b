
#include "agents/sweep/study/enqueue.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "agents/sweep/samplers/proposal_draws.hpp"

namespace lockstep::sweep {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();
constexpr int max_draws = 64;

using Entry = std::map<std::string, std::string>;

// Checks one entry.
class Checker {
public:
    Checker(const Study& study, std::size_t index, StudyFaults& faults)
        : space_(study.space),
          entry_(study.enqueue[index]),
          key_("enqueue." + std::to_string(index)),
          faults_(faults),
          values_(static_cast<std::size_t>(space_.size()), none) {}

    // Whether the entry names every parameter that has a value, given its others.
    bool whole() const { return whole_; }
    const std::vector<double>& values() const { return values_; }

    // Returns whether the entry has no fault.
    bool run() {
        check_names();
        for (int i = 0; i < space_.size(); ++i) check_parameter(i);
        if (sound_ && whole_ && !space_.allows(values_)) add("breaks " + space_.broken(values_));
        return sound_;
    }

private:
    void add(const std::string& fault) {
        faults_.add(key_, "enqueue: " + fault);
        sound_ = false;
    }
    void check_names() {
        std::vector<std::string_view> known;
        for (const SearchParameter& p : space_.parameters()) known.emplace_back(p.name);
        for (const auto& [name, text] : entry_)
            if (space_.find(name) < 0) add(unknown_name("parameter", name, known));
    }
    void check_parameter(int i) {
        const SearchParameter& p = space_[i];
        const auto given = entry_.find(p.name);
        const bool open_parent = p.parent >= 0 && !entry_.contains(space_[p.parent].name);
        if (given == entry_.end()) {
            whole_ &= !open_parent && !space_.active(i, values_);
            return;
        }
        if (open_parent)
            return add(p.name + " has a value only at times: give " + space_[p.parent].name +
                       " too");
        if (!space_.active(i, values_))
            return add(p.name + " has no value where " + space_[p.parent].name + " = " +
                       entry_.at(space_[p.parent].name));
        const auto value = space_.value_of(i, given->second);
        if (!value) return add(p.name + " = " + given->second + ": never so in the space");
        values_[static_cast<std::size_t>(i)] = *value;
    }

    const Space& space_;
    const Entry& entry_;
    const std::string key_;
    StudyFaults& faults_;
    std::vector<double> values_;
    bool whole_ = true, sound_ = true;
};

}  // namespace

void check_enqueue(const Study& study, StudyFaults& faults) {
    std::vector<std::vector<double>> wholes;
    for (std::size_t index = 0; index < study.enqueue.size(); ++index) {
        Checker checker(study, index, faults);
        if (!checker.run() || !checker.whole()) continue;
        const auto same = [&](const auto& other) { return same_values(other, checker.values()); };
        if (std::ranges::any_of(wholes, same))
            faults.add("enqueue." + std::to_string(index), "enqueue: is given twice");
        wholes.push_back(checker.values());
    }
    if (std::ssize(study.enqueue) > study.trials)
        faults.add("study.trials", "trials = " + std::to_string(study.trials) + ": " +
                                       std::to_string(study.enqueue.size()) + " are enqueued");
}

std::vector<double> enqueued_values(const Study& study, std::size_t index) {
    const Entry& entry = study.enqueue[index];
    const auto size = static_cast<std::size_t>(study.space.size());
    const ProposalDraws draws(study.seed);
    std::vector<double> rows(size * draws_at_once), values(size);
    for (int draw = 0; draw < max_draws; ++draw) {
        // A sampler draws nothing for a given trial, so its draws are free.
        draws.of_trials(static_cast<std::int64_t>(index), draw, rows);
        for (int i = 0; i < study.space.size(); ++i) {
            const auto at = static_cast<std::size_t>(i);
            const auto given = entry.find(study.space[i].name);
            values[at] = !study.space.active(i, values) ? none
                         : given == entry.end() ? study.space.value(i, rows[at * draws_at_once])
                                                : *study.space.value_of(i, given->second);
        }
        if (study.space.allows(values)) break;
    }
    return values;
}

}  // namespace lockstep::sweep
