// The cross-entropy method over linear policies: each iteration draws weight vectors from normal
// distributions, plays an episode with each, and fits the distributions to the best (Rubinstein
// 1999; for policies, with noise that is added and falls, Szita and Lőrincz 2006).

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <numeric>

#include <lockstep/agent.hpp>
#include <lockstep/error.hpp>
#include <lockstep/evaluation.hpp>
#include <lockstep/random.hpp>
#include <lockstep/statistics.hpp>

namespace lockstep {
namespace {

struct CemSettings {
    std::int64_t iterations = 50;
    std::int64_t population_size = 128;
    double elite_fraction = 0.1;
    double initial_std = 1;
    double extra_std = 0.5;
    std::int64_t extra_std_iterations = 25;

    void declare(SettingList& list) {
        list.integer("iterations", iterations, 1, 1e6, "fits of the distributions").budget();
        list.integer("population_size", population_size, 2, 1e6, "weight vectors an iteration");
        list.number("elite_fraction", elite_fraction, 1e-6, 1, "share of them that is fitted to")
            .per_learner();
        list.number("initial_std", initial_std, 1e-9, 1e6, "of every weight at first")
            .per_learner();
        list.number("extra_std", extra_std, 0, 1e6,
                    "added to the deviation, falling to 0 in equal steps")
            .per_learner();
        list.integer("extra_std_iterations", extra_std_iterations, 0, 1e6,
                     "in which extra_std falls")
            .per_learner();
    }
    std::int64_t elites() const {
        const double share = elite_fraction * static_cast<double>(population_size);
        return std::clamp<std::int64_t>(std::llround(share), 1, population_size);
    }
};

// What a learner is between two iterations: numbers alone, so that its bytes are its state.
struct Search {
    std::int64_t iteration = 0, steps = 0;
    double return_sum = 0, episodes = 0;
    std::vector<double> mean, std;
    std::vector<double> curve;  // mean return of each iteration

    LearnerState bytes() const {
        std::vector<double> all{static_cast<double>(iteration), static_cast<double>(steps),
                                return_sum, episodes, static_cast<double>(mean.size())};
        for (const std::vector<double>* part : {&mean, &std, &curve})
            all.insert(all.end(), part->begin(), part->end());
        LearnerState state(all.size() * sizeof(double));
        std::memcpy(state.data(), all.data(), state.size());
        return state;
    }
    static Search read(std::span<const std::byte> state, std::size_t weights,
                       const CemSettings& settings) {
        std::vector<double> all(state.size() / sizeof(double));
        if (!all.empty()) std::memcpy(all.data(), state.data(), all.size() * sizeof(double));
        const bool whole =
            all.size() >= 5 && all[0] >= 0 && all[0] <= 1e6 &&
            all[4] == static_cast<double>(weights) && all.size() * sizeof(double) == state.size() &&
            static_cast<double>(all.size()) == 5 + 2 * static_cast<double>(weights) + all[0];
        if (!whole) throw ConfigError("a state that is not of such a search");
        Search search{static_cast<std::int64_t>(all[0]),
                      static_cast<std::int64_t>(all[1]),
                      all[2],
                      all[3],
                      {},
                      {},
                      {}};
        if (search.iteration > settings.iterations)
            throw ConfigError("a state of " + std::to_string(search.iteration) +
                              " iterations, where the settings allow " +
                              std::to_string(settings.iterations));
        const auto from = all.begin() + 5;
        const auto n = static_cast<std::ptrdiff_t>(weights);
        search.mean.assign(from, from + n);
        search.std.assign(from + n, from + 2 * n);
        search.curve.assign(from + 2 * n, all.end());
        return search;
    }
};

std::size_t weight_count(const TrainConfig& config) {
    const VectorEnv<float> env({.id = config.env, .settings = config.env_settings});
    const int outputs = linear_outputs(env.about());
    if (outputs == 0)
        throw ConfigError(config.env + ": cem needs an environment in which a linear policy acts");
    return static_cast<std::size_t>(outputs * env.about().observation_count());
}

// The seed of an iteration's draws and episodes: no two iterations or learners share one.
std::uint64_t seed_of(std::uint64_t learner, std::int64_t iteration) {
    std::uint64_t z = learner + 0x9E3779B97F4A7C15U * (static_cast<std::uint64_t>(iteration) + 1);
    z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31U);
}

void iterate(const TrainConfig& config, const CemSettings& s, std::uint64_t seed, Search& search) {
    const std::size_t weights = search.mean.size();
    const auto count = static_cast<std::size_t>(s.population_size);
    TrainConfig one = config;
    one.seed = seed_of(seed, search.iteration);
    CounterDraws draws(one.seed);
    PolicySpec policy{"linear", std::vector<double>(weights * count)};  // [weight][candidate]
    for (std::size_t w = 0; w < weights; ++w)
        for (std::size_t c = 0; c < count; ++c)
            policy.weights[w * count + c] = search.mean[w] + search.std[w] * draws.normal();

    const PlayedEpisodes played = play_episodes(one, policy, s.population_size, Stream::resets);
    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, std::greater<>{},
                             [&](std::size_t c) { return played.returns[c]; });
    order.resize(static_cast<std::size_t>(s.elites()));
    const double left = s.extra_std_iterations == 0
                            ? 0
                            : 1 - static_cast<double>(search.iteration + 1) /
                                      static_cast<double>(s.extra_std_iterations);
    const double extra = s.extra_std * std::max(0.0, left);
    for (std::size_t w = 0; w < weights; ++w) {
        std::vector<double> elite;
        for (const std::size_t c : order) elite.push_back(policy.weights[w * count + c]);
        search.mean[w] = mean(elite);
        double squares = 0;
        for (const double e : elite) squares += (e - search.mean[w]) * (e - search.mean[w]);
        search.std[w] = std::sqrt(squares / static_cast<double>(elite.size())) + extra;
    }
    search.steps += played.steps;
    search.return_sum += std::accumulate(played.returns.begin(), played.returns.end(), 0.0);
    search.episodes += static_cast<double>(count);
    search.curve.push_back(mean(played.returns));
    ++search.iteration;
}

Search learn(const TrainConfig& config, const CemSettings& s, std::uint64_t seed,
             std::span<const std::byte> from, std::size_t weights) {
    Search search;
    if (from.empty()) {
        search.mean.assign(weights, 0), search.std.assign(weights, s.initial_std);
    } else {
        search = Search::read(from, weights, s);
    }
    while (search.iteration < s.iterations && !config.stop.stop_requested() &&
           !step_limit_reached(config, search.steps)) {
        iterate(config, s, seed, search);
    }
    return search;
}

StateHead head_of(const TrainConfig& config, const CemSettings& s, const Search& search) {
    StateHead head{.record = {search.steps}};
    if (search.episodes > 0) head.record.training_return = search.return_sum / search.episodes;
    head.stage = search.iteration == s.iterations           ? LearnerStage::finished
                 : step_limit_reached(config, search.steps) ? LearnerStage::step_limit
                 : search.iteration == 0                    ? LearnerStage::not_begun
                                                            : LearnerStage::under_way;
    return head;
}

void append_curve(std::vector<Checkpoint>& curve, const std::vector<double>& means) {
    for (std::size_t i = 0; i < means.size(); ++i) {
        if (i == curve.size()) curve.push_back({static_cast<std::int64_t>(i + 1), {}});
        curve[i].values.push_back(means[i]);
    }
}

TrainResult train(const TrainConfig& config, std::span<const CemSettings> settings,
                  const ProgressCallback& progress) {
    const std::size_t weights = weight_count(config);
    std::uint64_t hash = 0xCBF29CE484222325U;
    std::vector<Checkpoint> curve;
    const auto learner = [&](std::int64_t i, std::span<const std::byte> from,
                             const ProgressCallback& report) -> LearntPolicy {
        const CemSettings& s = settings[settings.size() == 1 ? 0 : static_cast<std::size_t>(i)];
        const Search search = learn(config, s, learner_seed(config, i), from, weights);
        const StateHead head = head_of(config, s, search);
        if (report) report(1);
        if (!has_learnt(head.stage)) return {head};
        for (const double m : search.mean)
            hash = (hash ^ std::bit_cast<std::uint64_t>(m)) * 0x100000001B3U;
        append_curve(curve, search.curve);
        return {head, search.bytes(), {"linear", search.mean}};
    };
    TrainResult result = train_each(config, learner, progress);
    result.hash = hash;
    result.curve = std::move(curve);
    result.curve_unit = "iterations";
    result.curve_meaning = "mean return of the population";
    return result;
}

void check(const TrainConfig& config, std::span<const CemSettings> settings) {
    weight_count(config);
    // An episode has a step at least.
    check_max_steps(config, settings[0].population_size * (settings[0].iterations - 1) + 1);
}

}  // namespace

Agent cem_agent() {
    return make_agent<CemSettings>({.id = "cem",
                                    .source = "Rubinstein 1999; Szita and Lőrincz 2006",
                                    .train = train,
                                    .check = check,
                                    .resumable = [](const CemSettings&) { return true; }});
}

}  // namespace lockstep
