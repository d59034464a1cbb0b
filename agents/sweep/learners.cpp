#include <lockstep/agents/sweep/learners.hpp>

#include <algorithm>
#include <cmath>
#include <exception>
#include <map>
#include <string>
#include <utility>

#include <lockstep/engine/error.hpp>
#include <lockstep/engine/parallel.hpp>

namespace lockstep::sweep {
namespace {

// Groups of fewer learners than this a thread are trained side by side, one a thread: together they
// keep more lanes busy than each does on all threads.
constexpr std::int64_t least_learners_a_thread = 128;

const AgentParameter* find(const Agent& agent, std::string_view name) {
    const auto found =
        std::ranges::find_if(agent.parameters, [&](const auto& p) { return name == p.name; });
    return found == agent.parameters.end() ? nullptr : &*found;
}

// Settings that a study fixes, and the faults in what it fixes and searches.
class Reader {
public:
    Reader(const Study& study, const Agent& agent) : study_(study), agent_(agent) {}

    TrainConfig read() {
        TrainConfig config{.env = study_.env};
        for (const auto& [name, text] : study_.set) {
            collect("set." + name,
                    [&, setting = name + "=" + text] { set(config, agent_, setting); });
        }
        for (int i = 0; i < study_.space.size(); ++i) check_parameter(config, i);
        check_budget();
        if (!faults_.empty()) throw ConfigError(faults_);
        return config;
    }

private:
    void add(const std::string& key, const std::string& fault) {
        faults_ += (faults_.empty() ? "" : "\n") + study_.where(key) + fault;
    }
    void collect(const std::string& key, const auto& check) {
        try {
            check();
        } catch (const ConfigError& error) {
            add(key, error.what());
        }
    }
    void check_parameter(const TrainConfig& config, int i) {
        const SearchParameter& p = study_.space[i];
        const std::string key = "space." + p.name;
        if (study_.set.contains(p.name)) return add(key, p.name + " is in [set] too");
        const AgentParameter* info = find(agent_, p.name);
        if (info != nullptr && info->whole && info->options.empty() && !p.discrete())
            return add(key, p.name + " takes whole numbers only: allowed integer, pow2 and choice");
        std::vector<double> values{p.low, p.high};
        for (double c = 0; p.scale == Scale::choice && c < p.high; ++c) values.push_back(c);
        for (const double value : values) {
            const auto before = faults_.size();
            collect(key, [&] {
                TrainConfig trial = config;
                set(trial, agent_, p.name + "=" + study_.space.text(i, value));
            });
            if (faults_.size() != before) return;
        }
    }
    void check_budget() {
        const bool has = std::ranges::any_of(agent_.parameters, &AgentParameter::budget);
        if (study_.budget > 0 && !has) add("study.budget", "budget: " + study_.agent + " has none");
    }

    const Study& study_;
    const Agent& agent_;
    std::string faults_;
};

class LearnerObjective final : public Objective {
public:
    LearnerObjective(const Study& study, const Agent& agent)
        : study_(study), agent_(agent), config_(Reader(study, agent).read()) {
        config_.test_episodes = study.objective == Score::test ? study.test_episodes : 0;
        config_.most_steps = study.max_steps;
        const auto found = std::ranges::find_if(agent.parameters, &AgentParameter::budget);
        if (found != agent.parameters.end() && study.space.find(found->name) < 0) budget_ = &*found;
    }

    LaneSteps evaluate(std::span<const Job> jobs, const EvaluateOptions& options,
                       const Done& done) const override;
    double budget() const override {
        return budget_ == nullptr ? 0 : parameter(config_, agent_, budget_->name);
    }
    bool noisy() const override { return true; }
    bool resumable() const override { return agent_.network != nullptr; }
    bool changeable(int i) const override {
        const AgentParameter* info = find(agent_, study_.space[i].name);
        return info != nullptr && info->own;
    }

private:
    // Jobs whose learners fit the lanes of one population.
    struct Group {
        TrainConfig config;
        std::vector<std::int64_t> jobs;
        std::int64_t learners = 0;
    };
    std::vector<Group> groups(std::span<const Job> jobs, std::int64_t chunk) const;
    std::string place(const Job& job, TrainConfig& shared,
                      std::map<std::string, double>& own) const;
    LaneSteps train(std::span<const Job> jobs, const Group& group, const EvaluateOptions& options,
                    const Done& done) const;
    void hand_over(std::span<const Job> jobs, std::span<const std::int64_t> which,
                   const EvaluateOptions& options, TrainResult& result, const Done& done) const;

    const Study& study_;
    const Agent& agent_;
    TrainConfig config_;
    const AgentParameter* budget_ = nullptr;
};

// Puts a job's values where they belong: what all learners of a population share, or a learner's
// own. Returns a text that is the same for jobs that can share a population.
std::string LearnerObjective::place(const Job& job, TrainConfig& shared,
                                    std::map<std::string, double>& own) const {
    std::string key = job.from.empty() ? "" : "resumed;";
    const auto put = [&](const std::string& name, double value, const std::string& text) {
        const AgentParameter* info = find(agent_, name);
        if (info != nullptr && info->own && info->options.empty()) {
            own[name] = value;
        } else {
            set(shared, agent_, name + "=" + text);
            key += name + "=" + text + ";";
        }
    };
    for (int i = 0; i < study_.space.size(); ++i) {
        const double value = job.values[static_cast<std::size_t>(i)];
        if (std::isnan(value)) continue;
        const std::string text = study_.space.text(i, value);
        const bool number = study_.space[i].scale != Scale::choice;
        put(study_.space[i].name, number ? value : std::strtod(text.c_str(), nullptr), text);
    }
    if (budget_ != nullptr && job.budget > 0) {
        char text[32];
        std::snprintf(text, sizeof text, "%.17g", job.budget);
        put(budget_->name, job.budget, text);
    }
    return key;
}

std::vector<LearnerObjective::Group> LearnerObjective::groups(std::span<const Job> jobs,
                                                              std::int64_t chunk) const {
    std::vector<Group> groups;
    std::map<std::string, std::size_t> open;
    for (std::size_t i = 0; i < jobs.size(); ++i) {
        TrainConfig shared = config_;
        std::map<std::string, double> own;
        const std::string key = place(jobs[i], shared, own);
        const auto [at, is_new] = open.try_emplace(key, groups.size());
        const bool full = !is_new && chunk > 0 && std::ssize(groups[at->second].jobs) >= chunk;
        if (full) at->second = groups.size();
        if (is_new || full) groups.push_back({std::move(shared), {}, 0});
        Group& group = groups[at->second];
        group.jobs.push_back(static_cast<std::int64_t>(i));
        group.learners += jobs[i].seeds;
    }
    return groups;
}

LaneSteps LearnerObjective::evaluate(std::span<const Job> jobs, const EvaluateOptions& options,
                                     const Done& done) const {
    const Workers workers(options.threads);
    std::vector<Group> all = groups(jobs, options.chunk);
    std::ranges::stable_sort(all, std::greater<>{}, &Group::learners);
    const std::int64_t least = least_learners_a_thread * workers.count();
    const auto small =
        std::ranges::find_if(all, [&](const Group& g) { return g.learners < least; });
    LaneSteps steps;
    for (auto group = all.begin(); group != small; ++group)
        steps.add(train(jobs, *group, options, done));
    std::vector<LaneSteps> side_by_side(static_cast<std::size_t>(all.end() - small));
    EvaluateOptions alone = options;
    alone.threads = 1;
    workers.for_each(std::ssize(side_by_side), [&](std::int64_t i) {
        side_by_side[static_cast<std::size_t>(i)] = train(jobs, small[i], alone, done);
    });
    for (const LaneSteps& s : side_by_side) steps.add(s);
    return steps;
}

LaneSteps LearnerObjective::train(std::span<const Job> jobs, const Group& group,
                                  const EvaluateOptions& options, const Done& done) const {
    std::vector<LearnerConfig> each;
    std::vector<LearnerState> from;
    for (const std::int64_t j : group.jobs) {
        const Job& job = jobs[static_cast<std::size_t>(j)];
        TrainConfig shared = config_;
        LearnerConfig one;
        place(job, shared, one.agent_settings);
        for (std::int64_t s = 0; s < job.seeds; ++s) {
            one.seed = learner_seed(study_, job.role, job.first_seed + s);
            each.push_back(one);
        }
        from.insert(from.end(), job.from.begin(), job.from.end());
    }
    TrainConfig config = group.config;
    config.threads = options.threads;
    config.each = each;
    config.resume = from;
    TrainResult result;
    try {
        result = agent_.train(config, agent_, {});
    } catch (const std::exception& error) {
        if (group.jobs.size() == 1) {
            done(group.jobs[0], {TrialState::failed, {}, 0, error.what(), {}});
            return {};
        }
        // One of them is to blame: the halves tell which.
        const auto middle = group.jobs.begin() + std::ssize(group.jobs) / 2;
        LaneSteps steps =
            train(jobs, {group.config, {group.jobs.begin(), middle}, 0}, options, done);
        steps.add(train(jobs, {group.config, {middle, group.jobs.end()}, 0}, options, done));
        return steps;
    }
    hand_over(jobs, group.jobs, options, result, done);
    return {result.env_steps, result.lane_steps};
}

void LearnerObjective::hand_over(std::span<const Job> jobs, std::span<const std::int64_t> which,
                                 const EvaluateOptions& options, TrainResult& result,
                                 const Done& done) const {
    std::size_t learner = 0;
    for (const std::int64_t j : which) {
        Outcome outcome;
        const std::size_t end =
            learner + static_cast<std::size_t>(jobs[static_cast<std::size_t>(j)].seeds);
        for (; learner < end; ++learner) {
            const LearnerRecord& record = result.learners[learner];
            const auto failed = std::ranges::find(result.failed, static_cast<std::int64_t>(learner),
                                                  &FailedLearner::learner);
            const double score = study_.objective == Score::test ? result.test_scores[learner]
                                                                 : record.training_return;
            outcome.steps += record.steps;
            outcome.scores.push_back(score);
            if (options.keep_states) outcome.states.push_back(std::move(result.states[learner]));
            if (outcome.state != TrialState::complete) continue;
            if (failed != result.failed.end()) {
                outcome.state = failed->timed_out ? TrialState::timed_out : TrialState::diverged;
            } else if (!std::isfinite(score)) {
                outcome.state = TrialState::not_finite;
            }
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
