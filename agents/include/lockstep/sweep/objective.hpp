// What scores configurations: learners in an environment, or a function of known shape.
//
// Must not:  know samplers, schedulers or the store.
// Invariant: an outcome is a function of the study and its job alone, whatever else is evaluated at
//            the same time.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include <lockstep/agent.hpp>
#include <lockstep/sweep/study.hpp>

namespace lockstep::sweep {

// A configuration to be scored on seeds first_seed, first_seed + 1, ... of a role.
struct Job {
    std::int64_t trial = 0;
    std::span<const double> values;  // of the study's space; NaN: its default
    Role role = Role::tuning;
    std::int64_t first_seed = 0, seeds = 1;
    double budget = 0;                        // of a learner; 0: its agent has none
    std::span<const LearnerState> from = {};  // one per seed to continue from, or none
};

struct Outcome {
    TrialState state = TrialState::complete;
    std::vector<double> scores = {};  // one per seed; empty unless complete
    std::int64_t steps = 0;
    std::string message = {};               // of a failed job
    std::vector<LearnerState> states = {};  // where its learners ended; only if `keep_states`
};

// The outcome of a job that is not run, since its values break a constraint.
Outcome infeasible(const Space& space, std::span<const double> values);

struct EvaluateOptions {
    int threads = 0;            // 0: one per core
    std::int64_t chunk = 0;     // jobs per thread at once; 0: automatic. Changes only the time
    bool keep_states = false;   // outcomes hold the states of their learners
    std::stop_token stop = {};  // once it is requested, jobs may be left undone
};

class Objective {
public:
    using Done = std::function<void(std::int64_t job, Outcome&& outcome)>;

    virtual ~Objective() = default;

    // Throws ConfigError, one line per fault with its place, for everything in a resolved study
    // that can be known to be wrong before a trial is run.
    virtual void check() const {}
    // Calls done(i, outcome) once per job, in any order and from any thread; never for a job that a
    // stop left undone. What goes wrong with a job is in its outcome.
    virtual LaneSteps evaluate(std::span<const Job> jobs, const EvaluateOptions& options,
                               const Done& done) const = 0;
    // A learner's whole budget; 0: its agent has none.
    virtual double budget() const = 0;
    // Whether seeds change scores.
    virtual bool stochastic() const = 0;
    // Whether learners can continue from a state.
    virtual bool resumable() const = 0;
    // Whether a continuing learner may use another value of the space's parameter i.
    virtual bool tunable(int i) const = 0;
};

// One trial, as a function scores it.
class Trial {
public:
    Trial(const Space& space, const Job& job, std::uint64_t seed_)
        : number(job.trial), seed(seed_), budget(job.budget), space_(space), values_(job.values) {}

    std::int64_t number;
    std::uint64_t seed;  // of this score; no two roles share one
    double budget;       // 0: the study has none

    // The value of the space's parameter, a number or a word. Throws ConfigError where there is no
    // such parameter, or where it has no value in this trial.
    SettingValue operator[](std::string_view name) const;

private:
    const Space& space_;
    std::span<const double> values_;
};

using TrialFunction = std::function<double(const Trial&)>;

// The objective that calls `function` for every trial and seed. `study` must outlive it.
std::unique_ptr<Objective> make_objective(const Study& study, const TrialFunction& function);

// Puts numbers for what the study leaves to its agent: the budget, and the least one; and the
// scheduler, where its file names none: racing, or full where scores have no noise.
void resolve(Study& study, const Objective& objective);

}  // namespace lockstep::sweep
