
#include "agents/random_search/random_search.hpp"

#include <algorithm>
#include <numeric>

#include <lockstep/agent.hpp>
#include <lockstep/detail/random_search/linear_search.hpp>
#include <lockstep/error.hpp>
#include <lockstep/evaluation.hpp>

#include "agents/lanes/learner_keys.hpp"
#include "agents/random_search/search_state.hpp"
#include "engine/environments/shared_worlds.hpp"
#include "engine/machine/parallel.hpp"
#include "engine/memory/hash.hpp"

namespace lockstep {
namespace {

// Episodes per task: enough that lanes waiting for the last episode hardly cost anything.
constexpr std::int64_t episodes_a_task = 1 << 15;
// Tasks between two reports of progress.
constexpr std::int64_t tasks_a_report = 64;

template <class Real>
class Search {
public:
    explicit Search(const TrainConfig& config)
        : config_(config),
          seed_(config.seed),
          workers_(config.threads),
          entry_(find_environment(config.env)),
          kernels_(entry_.tables.kernels<Real>(checked_isa(config.isa))),
          worlds_(config.env_settings, entry_) {
        if (kernels_.search_linear == nullptr) {
            throw ConfigError(config.env +
                              ": random-search needs an environment in which a linear "
                              "policy can act, not one of tables");
        }
        task_.worlds = worlds_.view();
        task_.search = stream_key(seed_, Stream::search);
    }

    // Adds to `means`, which hold those of the first candidates, the mean return of each further
    // candidate over `episodes` episodes of `stream`; of fewer candidates if time runs out or a
    // stop is requested. Sixteen more numbers must be readable after the candidates: the kernel
    // reads whole vectors.
    void score(std::span<const std::uint32_t> candidates, std::int64_t episodes, Stream stream,
               std::vector<double>& means, std::int64_t& env_steps,
               const ProgressCallback& progress) {
        const auto count = static_cast<std::int64_t>(candidates.size());
        const std::int64_t share = std::max<std::int64_t>(lane_count, episodes_a_task / episodes);
        std::vector<Steps> steps(static_cast<std::size_t>(tasks_a_report));
        for (std::int64_t done = std::ssize(means); done < count && !interrupted();) {
            const std::int64_t end = std::min(count, done + share * tasks_a_report);
            means.resize(static_cast<std::size_t>(end));
            std::ranges::fill(steps, Steps{});
            workers_.for_each((end - done + share - 1) / share, [&](std::int64_t i) {
                const std::int64_t first = done + i * share;
                const auto here = static_cast<std::size_t>(std::min(share, end - first));
                steps[static_cast<std::size_t>(i)] =
                    play(candidates.subspan(static_cast<std::size_t>(first), here),
                         static_cast<std::uint32_t>(episodes), stream, means.data() + first);
            });
            for (const Steps& s : steps)
                env_steps += s.env, env_steps_ += s.env, lane_steps_ += s.lane;
            done = end;
            if (progress) progress(static_cast<double>(done) / static_cast<double>(count));
        }
    }

    std::vector<double> weights(std::uint32_t candidate) const {
        using L = Lanes<Scalar, Real>;
        const Description& about = entry_.tables.about();
        const int count = about.observation_count() * linear_outputs(about);
        std::vector<typename L::real> lanes(static_cast<std::size_t>(count));
        candidate_weights<L>(task_.search, typename L::u32(candidate), lanes.data(), count);
        std::vector<double> weights;
        for (const auto& lane : lanes) weights.push_back(lane.part[0]);
        return weights;
    }

    // Steps made before.
    void add_steps(std::int64_t env_steps) { env_steps_ += env_steps; }
    std::int64_t env_steps() const { return env_steps_; }
    std::int64_t lane_steps() const { return lane_steps_; }
    bool step_limit() const { return step_limit_; }

private:
    struct Steps {
        std::int64_t env = 0, lane = 0;
    };

    // Checked between two batches of candidates.
    bool interrupted() {
        step_limit_ |= step_limit_reached(config_, env_steps_);
        return step_limit_ || config_.stop.stop_requested();
    }

    Steps play(std::span<const std::uint32_t> candidates, std::uint32_t episodes, Stream stream,
               double* means) const {
        const std::size_t count = candidates.size();
        std::vector<Real> returns(count * episodes);
        LinearSearch<Real> task = task_;
        const LearnerKeys keys = learner_keys(seed_, stream);
        task.worlds.resets = keys.resets;
        task.worlds.dynamics = keys.dynamics;
        task.candidates = candidates.data();
        task.candidate_count = static_cast<std::uint32_t>(count);
        task.episodes = episodes;
        task.returns = returns.data();
        kernels_.search_linear(task);
        for (std::uint32_t e = 0; e < episodes; ++e) {
            for (std::size_t c = 0; c < count; ++c) means[c] += returns[e * count + c];
        }
        for (std::size_t c = 0; c < count; ++c) means[c] /= episodes;
        return {task.env_steps, task.lane_steps};
    }

    const TrainConfig& config_;
    std::uint64_t seed_;
    Workers workers_;
    EnvironmentEntry entry_;
    const Kernels<Real>& kernels_;
    SharedWorlds<Real> worlds_;
    LinearSearch<Real> task_{};
    std::int64_t env_steps_ = 0, lane_steps_ = 0;
    bool step_limit_ = false;
};

// The `count` best of the candidates 0, 1, 2, ... in `all`, best first, ties by number.
std::vector<std::uint32_t> best_by(const std::vector<double>& scores,
                                   std::span<const std::uint32_t> all, std::size_t count) {
    std::vector<std::uint32_t> best(std::min(count, all.size()));
    std::ranges::partial_sort_copy(all, best, [&](std::uint32_t a, std::uint32_t b) {
        return scores[a] != scores[b] ? scores[a] > scores[b] : a < b;
    });
    return best;
}

// Searches that cannot continue from each other's states have different numbers.
template <class Real>
std::uint64_t kind_of(const TrainConfig& config, const RandomSearchSettings& settings) {
    Hash hash;
    hash.add(std::span<const char>(config.env));
    hash.mix(sizeof(Real)), hash.mix(config.seed);
    for (const std::int64_t n : {settings.episodes, settings.keep, settings.validation_episodes})
        hash.mix(static_cast<std::uint64_t>(n));
    return hash.value();
}

template <class Real>
RandomSearchResult search(const TrainConfig& config, const RandomSearchSettings& settings,
                          const ProgressCallback& progress, std::span<const std::byte> from) {
    Search<Real> search(config);
    std::vector<std::uint32_t> numbers(static_cast<std::size_t>(settings.candidates) + lane_count);
    std::iota(numbers.begin(), numbers.end(), 0U);
    const auto all = std::span<const std::uint32_t>(numbers).first(numbers.size() - lane_count);
    const std::uint64_t kind = kind_of<Real>(config, settings);
    SearchScores found;
    if (!from.empty()) found = read_search_state(kind, from, all.size());
    search.add_steps(found.tuning_steps + found.validation_steps);

    // Progress counts episodes: tuning first, then validation.
    const double tuning = static_cast<double>(all.size()) * static_cast<double>(settings.episodes);
    const double validation =
        static_cast<double>(std::min<std::int64_t>(settings.keep, settings.candidates)) *
        static_cast<double>(settings.validation_episodes);
    const auto from_to = [&](double begin, double size) -> ProgressCallback {
        if (!progress) return {};
        return [&progress, begin, size, whole = tuning + validation](double done) {
            progress((begin + done * size) / whole);
        };
    };

    search.score(all, settings.episodes, Stream::resets, found.tuning, found.tuning_steps,
                 from_to(0, tuning));
    RandomSearchResult result;
    result.kept = best_by(found.tuning, all.first(found.tuning.size()),
                          static_cast<std::size_t>(settings.keep));
    if (found.tuning.size() == all.size()) {
        numbers.assign(result.kept.size() + lane_count, 0);
        std::ranges::copy(result.kept, numbers.begin());
        search.score(std::span(numbers).first(result.kept.size()), settings.validation_episodes,
                     Stream::validation, found.validation, found.validation_steps,
                     from_to(tuning, validation));
    }
    const bool finished =
        found.tuning.size() == all.size() && found.validation.size() == result.kept.size();
    result.stage = search.step_limit()    ? LearnerStage::step_limit
                   : finished             ? LearnerStage::finished
                   : found.tuning.empty() ? LearnerStage::not_begun
                                          : LearnerStage::under_way;
    result.env_steps = search.env_steps();
    result.lane_steps = search.lane_steps();
    if (has_learnt(result.stage)) {
        const auto best =
            finished ? std::ranges::max_element(found.validation) - found.validation.begin() : 0;
        result.best = result.kept[static_cast<std::size_t>(best)];
        result.weights = search.weights(result.best);
        if (config.keep_states) result.state = write_search_state(kind, found);
    }
    result.tuning = std::move(found.tuning);
    result.validation = std::move(found.validation);
    return result;
}

// The best tuning return of the first n candidates, for n = 1, 2, 5, 10, 20, 50, ... and all.
void append_curve(std::vector<Checkpoint>& curve, const std::vector<double>& tuning) {
    double best = tuning[0];
    std::size_t point = 0;
    std::int64_t next = 1, unit = 1;
    for (std::size_t i = 0; i < tuning.size(); ++i) {
        best = std::max(best, tuning[i]);
        const auto tried = static_cast<std::int64_t>(i + 1);
        if (tried != next && i + 1 != tuning.size()) continue;
        if (point == curve.size()) curve.push_back({tried, {}});
        curve[point++].values.push_back(best);
        next = next == 5 * unit ? unit *= 10 : next == unit ? 2 * unit : 5 * unit;
    }
}

// The sums over searches.
struct Totals {
    std::vector<Checkpoint> curve;
    Hash hash;
    double kept = 0, solved = 0;
    std::int64_t lane_steps = 0;

    void add(const RandomSearchResult& r, double threshold) {
        lane_steps += r.lane_steps;
        if (!has_learnt(r.stage)) return;
        for (const auto* values : {&r.tuning, &r.validation, &r.weights})
            hash.add(std::span<const double>(*values));
        if (r.stage != LearnerStage::finished) return;
        append_curve(curve, r.tuning);
        solved += static_cast<double>(
            std::ranges::count_if(r.validation, [&](double v) { return v >= threshold; }));
        kept += static_cast<double>(r.validation.size());
    }
};

TrainResult train(const TrainConfig& config, std::span<const RandomSearchSettings> settings,
                  const ProgressCallback& progress) {
    const double threshold = find_environment(config.env).id.reward_threshold;
    Totals totals;
    const auto learner = [&](std::int64_t i, std::span<const std::byte> from,
                             const ProgressCallback& report) -> LearntPolicy {
        TrainConfig one = config;
        one.seed = learner_seed(config, i);
        RandomSearchResult found = random_search(one, settings[0], report, from);
        totals.add(found, threshold);
        StateHead head{found.stage, {found.env_steps}};
        if (has_learnt(found.stage)) head.record.training_return = mean(found.tuning);
        return {head, std::move(found.state), {"linear", std::move(found.weights)}};
    };
    TrainResult result = train_each(config, learner, progress);
    result.curve = std::move(totals.curve);
    result.curve_unit = "candidates";
    result.curve_meaning = "best tuning return so far";
    result.figures = {{"validated", totals.kept}, {"solved", totals.solved}};
    result.lane_steps = totals.lane_steps;
    result.hash = totals.hash.value();
    return result;
}

void check(const TrainConfig& config, std::span<const RandomSearchSettings> settings) {
    in_precision(
        config, [&] { Search<float>{config}; }, [&] { Search<double>{config}; });
    // The time is first checked after all candidates have been tried.
    check_max_steps(config, settings[0].candidates * settings[0].episodes + 1);
}

}  // namespace

void RandomSearchSettings::declare(SettingList& list) {
    list.integer("candidates", candidates, 1, 1e8, "weight vectors tried").budget();
    list.integer("episodes", episodes, 1, 1e6, "tuning episodes a candidate");
    list.integer("keep", keep, 1, 1e8,
                 "best candidates that are scored again on validation episodes");
    list.integer("validation_episodes", validation_episodes, 1, 1e6,
                 "fresh episodes for each candidate kept");
}

RandomSearchResult random_search(const TrainConfig& config, const RandomSearchSettings& settings,
                                 const ProgressCallback& progress,
                                 std::span<const std::byte> from) {
    return config.precision == Precision::f32 ? search<float>(config, settings, progress, from)
                                              : search<double>(config, settings, progress, from);
}

Agent random_search_agent() {
    return make_agent<RandomSearchSettings>(
        {.id = "random-search",
         .source = "tutorials: random search over linear CartPole policies",
         .train = train,
         .check = check});
}

}  // namespace lockstep
