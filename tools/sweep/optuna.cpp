
#include "tools/sweep/optuna.hpp"

#include <fmt/format.h>

#include <cmath>
#include <map>
#include <optional>

#include <lockstep/statistics.hpp>

namespace lockstep::sweep {
namespace {

// From optuna.storages._journal.storage.JournalOperation, optuna.study.StudyDirection and
// optuna.trial.TrialState; they are part of the format.
constexpr int create_study = 0, create_trial = 4;
constexpr int minimize = 1, maximize = 2;
constexpr int complete = 1, pruned = 2, failed = 3;

// The journal requires a time; a study's rows have none.
constexpr const char* no_time = "1970-01-01T00:00:00";
constexpr const char* worker = "lockstep";

Json distribution(const Space& space, int i) {
    const SearchParameter& p = space[i];
    if (p.scale == Scale::choice)
        return {{"name", "CategoricalDistribution"}, {"attributes", {{"choices", p.choices}}}};
    if (p.scale == Scale::integer) {
        return {{"name", "IntDistribution"},
                {"attributes",
                 {{"log", p.log},
                  {"step", 1},
                  {"low", static_cast<std::int64_t>(p.low)},
                  {"high", static_cast<std::int64_t>(p.high)}}}};
    }
    const bool log = p.scale == Scale::log || p.scale == Scale::pow2;
    // Optuna requires the high end to be a level.
    const double high = p.step > 0 ? space.level(i, p.levels() - 1) : p.high;
    return {{"name", "FloatDistribution"},
            {"attributes",
             {{"step", p.step > 0 ? Json(p.step) : Json(nullptr)},
              {"low", p.low},
              {"high", high},
              {"log", log}}}};
}

// One trial, to which stages are added in turn.
class OptunaTrial {
public:
    OptunaTrial(const Study& study, const TrialRow& first) : study_(study), trial_(first.trial) {
        for (int i = 0; i < study.space.size(); ++i) {
            const double value = first.values[static_cast<std::size_t>(i)];
            if (std::isnan(value)) continue;
            const std::string& name = study.space[i].name;
            distributions_[name] = distribution(study.space, i).dump();
            parameters_[name] = value;
        }
    }
    std::int64_t trial() const { return trial_; }
    void add(const TrialRow& row) {
        if (row.budget != budget_) scores_.clear();
        budget_ = row.budget, state_ = row.state;
        scores_.insert(scores_.end(), row.scores.begin(), row.scores.end());
        if (row.state == TrialState::complete)
            intermediate_[std::to_string(row.stage)] = mean(scores_);
        attributes_["state"] = name(row.state);
        if (!row.message.empty()) attributes_["message"] = row.message;
    }
    Json line(const Json& finals) const {
        const bool ended = state_ == TrialState::complete;
        Json attributes = attributes_;
        for (const auto& [name, value] : finals.items()) attributes[name] = value;
        return {{"op_code", create_trial},
                {"worker_id", worker},
                {"study_id", 0},
                {"datetime_start", no_time},
                {"datetime_complete", no_time},
                {"state", !ended  ? failed
                          : all() ? complete
                                  : pruned},
                {"value", ended ? Json(mean(scores_)) : Json(nullptr)},
                {"values", nullptr},
                {"distributions", distributions_},
                {"params", parameters_},
                {"user_attrs", attributes},
                {"system_attrs", Json::object()},
                {"intermediate_values", intermediate_}};
    }

private:
    bool all() const {
        return budget_ == study_.budget && std::ssize(scores_) == study_.tuning_seeds;
    }

    const Study& study_;
    std::int64_t trial_;
    TrialState state_ = TrialState::complete;
    double budget_ = 0;
    std::vector<double> scores_;
    Json distributions_ = Json::object(), parameters_ = Json::object(),
         attributes_ = Json::object(), intermediate_ = Json::object();
};

}  // namespace

void write_optuna(const Study& study, const Rows& rows, const Put& put) {
    const auto line = [&](const Json& json) {
        put(json.dump({.ascii = true, .replace = true}) + "\n");
    };
    line({{"op_code", create_study},
          {"worker_id", worker},
          {"study_name", study.agent + " on " + study.env},
          {"directions", {study.maximizes() ? maximize : minimize}}});
    std::map<std::int64_t, Json> finals;
    rows([&](const TrialRow& row) {
        if (row.role != Role::tuning && !row.scores.empty())
            finals[row.trial][std::string(name(row.role)) + "_mean"] = mean(row.scores);
    });
    std::optional<OptunaTrial> open;
    const auto close = [&] {
        if (!open) return;
        const auto found = finals.find(open->trial());
        line(open->line(found == finals.end() ? Json::object() : found->second));
    };
    rows([&](const TrialRow& row) {
        if (row.role != Role::tuning) return;
        if (!open || open->trial() != row.trial) {
            close();
            open.emplace(study, row);
        }
        open->add(row);
    });
    close();
}

}  // namespace lockstep::sweep
