// The interface of everything that decides how much tuning each trial gets.
//
// Must not:  know what scores a trial, who proposed it, or how trials are run.
// Invariant: the rounds of a generation are a pure function of the study and of how its trials
//            stand; the same bits on every machine.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <lockstep/sweep/study.hpp>

namespace lockstep::sweep {

// How a trial stands between two rounds.
struct Standing {
    std::int64_t trial = 0;
    std::int64_t round = -1;         // the last that it took part in
    double budget = 0;               // of each learner, in that round
    std::span<const double> scores;  // of learners with this budget, a seed each; none: it failed,
                                     // or has taken part in no round
};

// What is run next: learners of some trials, each on the seeds first_seed, first_seed + 1, ...
// Scores with the same budget are added to those that a trial has; others replace them.
struct Round {
    std::vector<std::size_t> trials = {};  // their positions among the standings
    std::int64_t first_seed = 0;
    std::int64_t seeds = 1;  // first_seed + seeds is at most Study::tuning_seeds
    double budget = 0;       // of each learner, up to Study::budget; 0 where a study has none
};

class Scheduler {
public:
    virtual ~Scheduler() = default;

    // The trials of generation `number`, at least 1, if that many are left. Must not depend on
    // Study::trials, which may grow while a study runs.
    virtual std::int64_t generation_size(std::int64_t number) const = 0;
    // The given round, 0, 1, ..., of a generation whose trials stand as they do; nothing: there are
    // no more. Trials that failed take part in no round, whatever it names. A trial has gone to the
    // end when it has scores of all Study::tuning_seeds with the whole budget; any other is pruned.
    virtual std::optional<Round> next(std::int64_t generation, std::int64_t round,
                                      std::span<const Standing> trials) const = 0;
};

// Makes a scheduler of the study, whose budget is known, and which outlives it; throws ConfigError
// where it cannot schedule it.
using SchedulerMaker = std::function<std::unique_ptr<Scheduler>(const Study& study)>;

// Makes a scheduler known to studies, under a name: before anything is run, since it is not for
// several threads at once. Throws ConfigError where the name is taken.
void register_scheduler(std::string name, SchedulerMaker make);

// "full", "halving", "hyperband", "racing", "pbt", and those that were registered.
std::vector<std::string_view> scheduler_names();

// Whether `a` stands better: a larger budget, then more seeds, then a lower mean loss, then a lower
// id. Both have scores.
bool better(const Standing& a, const Standing& b, const Study& study);

// The positions of those that took part in `round` and have scores, best first.
std::vector<std::size_t> ranked(std::span<const Standing> trials, std::int64_t round,
                                const Study& study);

}  // namespace lockstep::sweep
