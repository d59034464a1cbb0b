
#include <lockstep/sweep/findings.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <span>
#include <unordered_set>

#include <lockstep/sweep/importance.hpp>

#include "agents/sweep/study/slices.hpp"
#include "engine/memory/hash.hpp"

namespace lockstep::sweep {
namespace {

constexpr int resamples = 2000;
constexpr double worst = std::numeric_limits<double>::infinity();

Scores scores_of(std::vector<double> values, std::uint64_t seed) {
    if (values.empty()) return {};
    Scores scores{std::move(values)};
    scores.mean = mean(scores.values);
    scores.iqm = interquartile_mean(scores.values);
    scores.iqm_ci95 = bootstrap_interval(scores.values, interquartile_mean, resamples, seed);
    return scores;
}

std::vector<double> numbered(std::size_t count) {
    std::vector<double> all(count);
    std::iota(all.begin(), all.end(), 0.0);
    return all;
}

// The probability that an element of `a` is better than one of `b`: Mann and Whitney's U by the
// number of pairs.
double beats(const Study& study, std::span<const double> a, std::span<const double> b) {
    double pairs = 0;
    for (const double x : a) {
        for (const double y : b) {
            const double left = study.loss(x), right = study.loss(y);
            pairs += left < right ? 1 : left == right ? 0.5 : 0;
        }
    }
    return pairs / static_cast<double>(a.size() * b.size());
}

// Both come from the same seeds, so seeds are resampled, not scores.
Interval beats_ci95(const Study& study, std::span<const double> a, std::span<const double> b) {
    const auto statistic = [&](std::span<const double> seeds) {
        std::vector<double> left, right;
        for (const double s : seeds) {
            left.push_back(a[static_cast<std::size_t>(s)]);
            right.push_back(b[static_cast<std::size_t>(s)]);
        }
        return beats(study, left, right);
    };
    return bootstrap_interval(numbered(std::min(a.size(), b.size())), statistic, resamples,
                              study.seed);
}

bool tied(const Scores& one, const Scores& best, std::uint64_t seed) {
    if (one.values.size() != best.values.size() || one.values.empty()) return false;
    std::vector<double> differences;
    for (std::size_t i = 0; i < one.values.size(); ++i)
        differences.push_back(best.values[i] - one.values[i]);
    const Interval interval = bootstrap_interval(differences, mean, resamples, seed);
    return interval.low <= 0 && interval.high >= 0;
}

std::uint64_t text_hash(std::string_view text) {
    Hash hash;
    hash.add(std::span<const char>(text.data(), text.size()));
    return hash.value();
}

}  // namespace

// Where a trial stands after its last tuning row.
struct Standing {
    std::int32_t stage = -1;
    TrialState state = TrialState::complete;
    double budget = 0;
    std::size_t first = 0, seeds = 0;  // of its scores with this budget
};

struct FindingsReader::Data {
    explicit Data(const Study& s) : study(s) { hash.mix(text_hash(canonical_text(s))); }

    void add_tuning(const TrialRow& row) {
        const auto trial = static_cast<std::size_t>(row.trial);
        if (standings.size() <= trial) {
            standings.resize(trial + 1);
            units.resize(standings.size() * size, std::nan(""));
        }
        Standing& one = standings[trial];
        if (one.stage < 0 || one.budget != row.budget) one.first = tuning.size(), one.seeds = 0;
        one.stage = row.stage, one.state = row.state, one.budget = row.budget;
        one.seeds += row.scores.size();
        tuning.insert(tuning.end(), row.scores.begin(), row.scores.end());
        study.space.units(row.values, std::span(units).subspan(trial * size, size));
    }
    // Keeps the scores of trials that are scored again.
    void add_final(const TrialRow& row) {
        if (row.trial == default_trial) {
            default_scores = row.scores;
            return;
        }
        Final& one = finals[row.trial];
        (row.role == Role::validation ? one.validation : one.test) = row.scores;
        one.values = row.values;
    }
    void mix(const TrialRow& row) {
        for (const std::int64_t whole :
             {row.trial, static_cast<std::int64_t>(row.role), std::int64_t{row.stage},
              row.generation, static_cast<std::int64_t>(row.state), row.first_seed, row.seeds,
              row.steps})
            hash.mix(static_cast<std::uint64_t>(whole));
        hash.add(std::span<const double>(&row.budget, 1));
        hash.add(std::span<const double>(row.values));
        hash.add(std::span<const double>(row.scores));
        hash.mix(text_hash(row.message));
    }

    std::span<const double> scores(std::int64_t trial) const {
        const Standing& one = standings[static_cast<std::size_t>(trial)];
        return std::span(tuning).subspan(one.first, one.seeds);
    }
    void count() {
        for (const Standing& one : standings) {
            if (one.stage < 0) continue;
            ++findings.trials;
            ++findings.by_state[static_cast<std::size_t>(one.state)];
            const bool to_the_end =
                one.budget == study.budget &&
                std::ssize(scores(&one - standings.data())) == study.tuning_seeds;
            // A population drops no trial: earlier trials are earlier slices.
            const bool dropped = !trains_populations(study) && !to_the_end;
            findings.pruned += one.state == TrialState::complete && dropped;
        }
    }
    // The winner comes first: ordered by validation mean, then as in tuning.
    void add_finalists(const std::vector<std::int64_t>& order) {
        std::unordered_set<std::uint64_t> there;
        for (const std::int64_t trial : order) {
            const auto found = finals.find(trial);
            if (found == finals.end()) continue;
            if (!there.insert(hash_of_values(found->second.values)).second) continue;
            const auto tuned = scores(trial);
            findings.finalists.push_back({trial, found->second.values,
                                          scores_of({tuned.begin(), tuned.end()}, study.seed),
                                          scores_of(found->second.validation, study.seed),
                                          scores_of(found->second.test, study.seed), false});
        }
        const auto lost = [&](const Finalist& f) {
            return f.validation.values.empty() ? worst : study.loss(f.validation.mean);
        };
        std::ranges::stable_sort(findings.finalists,
                                 [&](const auto& a, const auto& b) { return lost(a) < lost(b); });
    }
    void judge_winner() {
        findings.default_test = scores_of(default_scores, study.seed);
        if (findings.finalists.empty()) return;
        const Finalist& winner = findings.finalists.front();
        if (winner.test.values.empty()) return;
        for (Finalist& f : std::span(findings.finalists).subspan(1))
            f.tied = tied(f.test, winner.test, study.seed);
        findings.optimism = study.loss(winner.test.mean) - study.loss(winner.tuning.mean);
        if (default_scores.empty()) return;
        findings.improvement = beats(study, winner.test.values, default_scores);
        findings.improvement_ci95 = beats_ci95(study, winner.test.values, default_scores);
    }

    // The trials alive, best first.
    std::vector<std::int64_t> order() const {
        std::vector<std::int64_t> alive;
        std::vector<double> loss(standings.size());
        for (std::size_t t = 0; t < standings.size(); ++t) {
            if (standings[t].stage < 0 || standings[t].state != TrialState::complete) continue;
            alive.push_back(static_cast<std::int64_t>(t));
            loss[t] = study.loss(mean(scores(alive.back())));
        }
        std::ranges::sort(alive, [&](std::int64_t a, std::int64_t b) {
            const auto i = static_cast<std::size_t>(a), j = static_cast<std::size_t>(b);
            const Standing &x = standings[i], &y = standings[j];
            if (x.budget != y.budget) return x.budget > y.budget;
            if (x.seeds != y.seeds) return x.seeds > y.seeds;
            return loss[i] != loss[j] ? loss[i] < loss[j] : a < b;
        });
        return alive;
    }

    struct Final {
        std::vector<double> values, validation, test;
    };

    const Study& study;
    const std::size_t size = static_cast<std::size_t>(study.space.size());
    Hash hash;
    StudyReport findings;
    std::vector<Standing> standings;
    std::vector<double> units, tuning;
    std::map<std::int64_t, Final> finals;
    std::vector<double> default_scores;
};

FindingsReader::FindingsReader(const Study& study) : data_(std::make_unique<Data>(study)) {}
FindingsReader::~FindingsReader() = default;

void FindingsReader::add(const TrialRow& row) {
    data_->mix(row);
    ++data_->findings.rows;
    data_->findings.steps += row.steps;
    auto& first = data_->findings.first_in[static_cast<std::size_t>(row.state)];
    const bool sooner = !first || (first->role != Role::tuning && row.role == Role::tuning);
    if (row.state != TrialState::complete && sooner) first = {row.trial, row.role, row.message};
    if (row.role == Role::tuning) {
        data_->add_tuning(row);
    } else {
        data_->add_final(row);
    }
}

StudyReport FindingsReader::finish() {
    data_->count();
    const std::vector<std::int64_t> order = data_->order();
    data_->add_finalists(order);
    data_->judge_winner();
    data_->findings.importance =
        importances(data_->study.space, data_->units, order, data_->study.seed);
    data_->findings.digest = data_->hash.value();
    return std::move(data_->findings);
}

}  // namespace lockstep::sweep
