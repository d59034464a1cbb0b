// A study: what is searched, by what sampler, for how long, and what counts.
//
// Owns:      the configuration, its defaults, and its canonical text.
// Must not:  open files, or know results or threads.
// Invariant: everything that a result depends on is here, and nothing else: two studies with the
//            same canonical text give the same rows.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <lockstep/sweep/space.hpp>
#include <lockstep/sweep/trial.hpp>

namespace lockstep::sweep {

// The `env` of studies of test functions; their `agent` is the function.
inline constexpr std::string_view function_env = "function";

// What a learner's score is.
enum class Score {
    test,      // mean return of fresh episodes after learning
    training,  // mean return of the episodes that it learned from
};
inline constexpr std::string_view score_names[] = {"test", "training"};

// What another study taught before this one begins.
struct Prior {
    std::int64_t trials = 0;     // that the other had completed
    std::vector<double> values;  // [row][parameter of the space], best first; NaN: none, or unknown
};
// The contents of each file that settings name, by its name as the study writes it.
using StudyFiles = std::map<std::string, std::shared_ptr<const std::string>>;

struct Study {
    std::string env = {}, agent = {};
    std::string sampler = "random";
    // "full":      every trial on all tuning seeds, with the whole budget
    // "halving":   budgets grow by eta, and the best 1 / eta of a generation continue
    // "hyperband": brackets of halving that begin with more and more budget
    // "racing":    seeds grow by eta; trials that are worse than the best beyond chance, or not
    //              among the best 1 / eta, drop out
    // "pbt":       a generation continues the last: the worst take over the best's learners
    // or one that was registered
    std::string scheduler = "racing";
    Space space = {};
    std::int64_t trials = 1024;
    std::int64_t generation = 256;  // trials that are proposed at once
    std::int64_t tuning_seeds = 8;  // per trial that stays to the end
    std::int64_t first_seeds = 4;   // racing: per trial in its first round
    double eta = 2;                 // racing, halving, hyperband
    double budget = 0;              // of a learner, in its agent's unit; 0: the agent's default
    // Tuning ends with the generation in which a trial reaches it on each of its seeds.
    std::optional<double> target = {};
    double min_budget = 0;  // halving, hyperband: of the first rung; 0: the third before the last
    Score objective = Score::test;
    std::optional<bool> maximize = {};  // absent: maximize returns, minimize functions
    std::uint64_t seed = 0;
    std::int64_t test_episodes = 32;  // whose mean is a learner's score
    std::int64_t max_steps = 0;       // of a learner, before it is stopped; 0: no limit
    std::int64_t top = 10;            // trials that are scored again on fresh seeds
    std::int64_t validation_seeds = 32;
    std::int64_t test_seeds = 64;
    std::map<std::string, std::string> set = {};  // fixed settings
    // Tried first; what an entry does not name is drawn at random.
    std::vector<std::map<std::string, std::string>> enqueue = {};
    // Another study's store, as the file names it, and what it taught: for samplers that learn.
    std::string warm_start = {};
    Prior prior = {};
    std::vector<std::string> constraints = {};
    StudyFiles files = {};  // of `set` and `space`; of a study made in code: see read_files

    // The folder of the study's own file, to which names of files are relative; "": the working
    // directory. Not part of what a study is.
    std::string folder = {};
    // Where each key came from, "FILE:LINE"; not part of what a study is.
    std::map<std::string, std::string> origins = {};

    // "FILE:LINE: " of "study.trials" or "space.rate", or the key itself if it has no line.
    std::string where(const std::string& key) const;
    bool maximizes() const { return maximize.value_or(env != function_env); }
    // Lower is better.
    double loss(double score) const { return maximizes() ? -score : score; }
};

// JSON with every key, defaults included, in a fixed order, and with the contents of files, if any.
std::string canonical_text(const Study& study);
// The reverse. Throws ConfigError on a text that canonical_text did not write.
Study read_canonical(const std::string& text);

// The seed of a learner: the top two bits encode the role, so that roles never share a seed.
std::uint64_t learner_seed(const Study& study, Role role, std::int64_t index);

}  // namespace lockstep::sweep
