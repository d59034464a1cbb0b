
#include "agents/sweep/objectives/learners.hpp"

#include <algorithm>
#include <cmath>
#include <exception>
#include <map>
#include <new>
#include <string>
#include <utility>

#include <lockstep/agent.hpp>
#include <lockstep/error.hpp>

#include "agents/sweep/objectives/learner_checks.hpp"
#include "agents/sweep/objectives/learner_settings.hpp"
#include "agents/sweep/study/named_files.hpp"
#include "engine/environments/config.hpp"
#include "engine/machine/parallel.hpp"
#include "engine/text/number_text.hpp"

namespace lockstep::sweep {
namespace {

// Groups with fewer learners per thread than this are trained side by side, one group per thread:
// together they keep more lanes busy than each does on all threads.
constexpr std::int64_t min_learners_a_thread = 128;

class LearnerObjective final : public Objective {
public:
    LearnerObjective(const Study& study, const Agent& agent)
        : study_(study),
          agent_(agent),
          files_(read_files(study)),
          config_(learner_settings(study, agent, files_)) {
        config_.test_episodes = study.objective == Score::test ? study.test_episodes : 0;
        config_.max_steps = study.max_steps;
        const Setting* budget = budget_of(agent);
        if (budget != nullptr && study.space.find(budget->name) < 0) budget_ = budget;
    }

    void check() const override { check_learners(study_, agent_, files_, config_, budget_); }
    LaneSteps evaluate(std::span<const Job> jobs, const EvaluateOptions& options,
                       const Done& done) const override;
    double budget() const override {
        if (budget_ == nullptr) return 0;
        return find_setting(agent_.values(config_), budget_->name)->value.number();
    }
    bool stochastic() const override { return true; }
    // A searched setting may take values with which learners cannot continue.
    bool resumable() const override {
        if (!agent_.resumable || !agent_.resumable(config_)) return false;
        for (const SearchParameter& p : study_.space.parameters()) {
            const Setting* setting = find_setting(agent_.settings, p.name);
            if (setting == nullptr || setting->type != Setting::Type::word) continue;
            for (const std::string& word : p.choices) {
                TrainConfig one = config_;
                one.settings.insert_or_assign(p.name, word);
                if (!agent_.resumable(one)) return false;
            }
        }
        return true;
    }
    bool tunable(int i) const override {
        const Setting* setting = find_setting(agent_.settings, study_.space[i].name);
        return setting != nullptr && setting->per_learner;
    }

private:
    // A job's values: those that all learners of a population share, and those of one learner.
    struct Placed {
        std::vector<std::pair<std::string, std::string>> shared;  // names and texts
        SettingValues own;
    };
    // Jobs whose learners fit the lanes of one population.
    struct Group {
        TrainConfig config;
        std::vector<std::int64_t> jobs;
        std::vector<LearnerConfig> each;
        std::vector<LearnerState> from;  // one per learner, or none
    };
    Placed place(const Job& job) const;
    void put(Placed& placed, const std::string& name, const SettingValue& value,
             const std::string& text) const;
    Group group_for(const Placed& placed) const;
    void add(Group& group, std::int64_t j, const Job& job, const Placed& placed) const;
    std::vector<Group> groups(std::span<const Job> jobs, std::int64_t chunk) const;
    LaneSteps train(std::span<const Job> jobs, const Group& group, const EvaluateOptions& options,
                    const Done& done) const;
    LaneSteps train_halves(std::span<const Job> jobs, const Group& group,
                           const EvaluateOptions& options, const Done& done) const;
    static TrialState state_of(const FailedLearner* failure, double score);
    // `seed` is counted within the job.
    static std::string reason(TrialState state, std::size_t seed, const FailedLearner* failure);
    void hand_over(std::span<const Job> jobs, std::span<const std::int64_t> which,
                   const EvaluateOptions& options, TrainResult& result, const Done& done) const;

    const Study& study_;
    const Agent& agent_;
    const StudyFiles files_;
    TrainConfig config_;
    const Setting* budget_ = nullptr;
};

void LearnerObjective::put(Placed& placed, const std::string& name, const SettingValue& value,
                           const std::string& text) const {
    const Setting* setting = find_setting(agent_.settings, name);
    if (setting == nullptr || !setting->per_learner) {
        placed.shared.emplace_back(name, text);
    } else {
        placed.own.insert_or_assign(name, value);
    }
}

LearnerObjective::Placed LearnerObjective::place(const Job& job) const {
    Placed placed;
    for (int i = 0; i < study_.space.size(); ++i) {
        const double value = job.values[static_cast<std::size_t>(i)];
        if (std::isnan(value)) continue;
        const std::string text = study_.space.text(i, value);
        const bool choice = study_.space[i].scale == Scale::choice;
        put(placed, study_.space[i].name, choice ? SettingValue(text) : SettingValue(value), text);
    }
    if (budget_ != nullptr && job.budget > 0) {
        put(placed, budget_->name, job.budget,
            std::to_string(static_cast<std::int64_t>(job.budget)));
    }
    return placed;
}

LearnerObjective::Group LearnerObjective::group_for(const Placed& placed) const {
    Group group{config_, {}, {}, {}};
    for (const auto& [name, text] : placed.shared) set(group.config, agent_, files_, name, text);
    return group;
}

void LearnerObjective::add(Group& group, std::int64_t j, const Job& job,
                           const Placed& placed) const {
    group.jobs.push_back(j);
    for (std::int64_t s = 0; s < job.seeds; ++s)
        group.each.push_back({learner_seed(study_, job.role, job.first_seed + s), placed.own});
    group.from.insert(group.from.end(), job.from.begin(), job.from.end());
}

std::vector<LearnerObjective::Group> LearnerObjective::groups(std::span<const Job> jobs,
                                                              std::int64_t chunk) const {
    std::vector<Group> groups;
    std::map<std::pair<decltype(Placed::shared), bool>, std::size_t> open;
    for (std::int64_t j = 0; j < std::ssize(jobs); ++j) {
        const Job& job = jobs[static_cast<std::size_t>(j)];
        const Placed placed = place(job);
        const auto [at, is_new] =
            open.try_emplace({placed.shared, job.from.empty()}, groups.size());
        const bool full = !is_new && chunk > 0 && std::ssize(groups[at->second].jobs) >= chunk;
        if (full) at->second = groups.size();
        if (is_new || full) groups.push_back(group_for(placed));
        add(groups[at->second], j, job, placed);
    }
    return groups;
}

LaneSteps LearnerObjective::evaluate(std::span<const Job> jobs, const EvaluateOptions& options,
                                     const Done& done) const {
    const Workers workers(options.threads);
    std::vector<Group> all = groups(jobs, options.chunk);
    const auto learners = [](const Group& group) { return std::ssize(group.each); };
    std::ranges::stable_sort(all, std::greater<>{}, learners);
    const std::int64_t least = min_learners_a_thread * workers.count();
    const auto small =
        std::ranges::find_if(all, [&](const Group& g) { return learners(g) < least; });
    LaneSteps steps;
    for (auto group = all.begin(); group != small; ++group)
        steps.add(train(jobs, *group, options, done));
    std::vector<LaneSteps> side_by_side(static_cast<std::size_t>(all.end() - small));
    EvaluateOptions one_thread = options;
    one_thread.threads = 1;
    workers.for_each(std::ssize(side_by_side), [&](std::int64_t i) {
        side_by_side[static_cast<std::size_t>(i)] = train(jobs, small[i], one_thread, done);
    });
    for (const LaneSteps& s : side_by_side) steps.add(s);
    return steps;
}

LaneSteps LearnerObjective::train(std::span<const Job> jobs, const Group& group,
                                  const EvaluateOptions& options, const Done& done) const {
    TrainConfig config = group.config;
    config.threads = options.threads;
    config.learner_overrides = group.each;
    config.resume = group.from;
    config.stop = options.stop;
    config.keep_states = options.keep_states;
    if (config.stop.stop_requested()) return {};
    TrainResult result;
    try {
        result = lockstep::train(agent_, config);
    } catch (const std::bad_alloc&) {
        throw;  // the machine's failure, not the trial's
    } catch (const std::exception& error) {
        if (group.jobs.size() > 1) return train_halves(jobs, group, options, done);
        done(group.jobs[0], {TrialState::failed, {}, 0, error.what(), {}});
        return {};
    }
    if (!result.stopped) hand_over(jobs, group.jobs, options, result, done);
    return {result.env_steps - result.env_steps_before, result.lane_steps};
}

// One of several jobs caused an exception: halving the group repeatedly finds it.
LaneSteps LearnerObjective::train_halves(std::span<const Job> jobs, const Group& group,
                                         const EvaluateOptions& options, const Done& done) const {
    LaneSteps steps;
    const std::size_t middle = group.jobs.size() / 2;
    for (const auto& [first, end] :
         {std::pair(std::size_t{0}, middle), std::pair(middle, group.jobs.size())}) {
        Group half{group.config, {}, {}, {}};
        for (std::size_t i = first; i < end; ++i) {
            const Job& job = jobs[static_cast<std::size_t>(group.jobs[i])];
            add(half, group.jobs[i], job, place(job));
        }
        steps.add(train(jobs, half, options, done));
    }
    return steps;
}

TrialState LearnerObjective::state_of(const FailedLearner* failure, double score) {
    if (failure == nullptr)
        return std::isfinite(score) ? TrialState::complete : TrialState::not_finite;
    return failure->step_limit ? TrialState::step_limit : TrialState::diverged;
}

std::string LearnerObjective::reason(TrialState state, std::size_t seed,
                                     const FailedLearner* failure) {
    const std::string who = "learner " + std::to_string(seed) + " of this row";
    if (state == TrialState::not_finite) return who + ": its score is no finite number";
    const std::string step = "step " + std::to_string(failure->step);
    if (state == TrialState::step_limit)
        return who + ": still at work after " + step + " (max_steps)";
    return who + ": its numbers stopped being finite at " + step;
}

void LearnerObjective::hand_over(std::span<const Job> jobs, std::span<const std::int64_t> which,
                                 const EvaluateOptions& options, TrainResult& result,
                                 const Done& done) const {
    std::vector<const FailedLearner*> failures(result.learners.size());
    for (const FailedLearner& failed : result.failed)
        failures[static_cast<std::size_t>(failed.learner)] = &failed;
    std::size_t learner = 0;
    for (const std::int64_t j : which) {
        Outcome outcome;
        const auto seeds = static_cast<std::size_t>(jobs[static_cast<std::size_t>(j)].seeds);
        for (const std::size_t end = learner + seeds; learner < end; ++learner) {
            const LearnerRecord& record = result.learners[learner];
            const double score = study_.objective == Score::test ? result.test_scores[learner]
                                                                 : record.training_return;
            outcome.steps += record.steps;
            outcome.scores.push_back(score);
            if (options.keep_states && !result.states.empty())
                outcome.states.push_back(std::move(result.states[learner]));
            if (outcome.state != TrialState::complete) continue;
            outcome.state = state_of(failures[learner], score);
            if (outcome.state != TrialState::complete)
                outcome.message =
                    reason(outcome.state, outcome.scores.size() - 1, failures[learner]);
        }
        if (outcome.state != TrialState::complete) outcome.scores.clear(), outcome.states.clear();
        done(j, std::move(outcome));
    }
}

}  // namespace

std::unique_ptr<Objective> make_learners(const Study& study) {
    const auto found = [&](const std::string& key, const auto& find) {
        try {
            return find();
        } catch (const ConfigError& error) {
            throw ConfigError(study.where(key) + error.what());
        }
    };
    found("study.env", [&] { return find_environment(study.env); });
    const Agent& agent = *found("study.agent", [&] { return &find_agent(study.agent); });
    return std::make_unique<LearnerObjective>(study, agent);
}

}  // namespace lockstep::sweep
