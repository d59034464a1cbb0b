#include <lockstep/agents/random_search.hpp>

#include <algorithm>
#include <chrono>
#include <numeric>

#include <lockstep/agents/evaluation.hpp>
#include <lockstep/engine/error.hpp>
#include <lockstep/engine/hash.hpp>
#include <lockstep/engine/parallel.hpp>
#include <lockstep/engine/shared_worlds.hpp>
#include <lockstep/kernels/learn/linear_search.hpp>

namespace lockstep {
namespace {

constexpr AgentParameter parameters[] = {
    budget({"candidates", 10000, 1, 1e8, true, "weight vectors tried"}),
    {"episodes", 1, 1, 1e6, true, "tuning episodes a candidate"},
    {"keep", 100, 1, 1e8, true, "best candidates that are scored again on validation episodes"},
    {"validation_episodes", 100, 1, 1e6, true, "fresh episodes for each candidate kept"},
};

// Episodes a task: enough that the lanes which wait for the last episode hardly count.
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
            throw ConfigError(config.env + ": random-search needs an environment with two actions");
        }
        task_.worlds = worlds_.view();
        task_.search = stream_key(seed_, Stream::search);
    }

    // The mean return of each candidate over `episodes` episodes of `stream`. Sixteen more numbers
    // must be readable behind the candidates: the kernel reads whole vectors.
    std::vector<double> score(std::span<const std::uint32_t> candidates, std::int64_t episodes,
                              Stream stream, const Progress& progress) {
        std::vector<double> means(candidates.size());
        const auto count = static_cast<std::int64_t>(candidates.size());
        const std::int64_t share = std::max<std::int64_t>(lane_count, episodes_a_task / episodes);
        const std::int64_t tasks = (count + share - 1) / share;
        std::vector<Steps> steps(static_cast<std::size_t>(tasks_a_report));
        for (std::int64_t done = 0; done < tasks; done += tasks_a_report) {
            timed_out_ |= time_is_up(config_, env_steps_);
            if (timed_out_) break;
            std::ranges::fill(steps, Steps{});
            workers_.for_each(std::min(tasks_a_report, tasks - done), [&](std::int64_t i) {
                const std::int64_t first = (done + i) * share;
                const auto here = static_cast<std::size_t>(std::min(share, count - first));
                steps[static_cast<std::size_t>(i)] =
                    play(candidates.subspan(static_cast<std::size_t>(first), here),
                         static_cast<std::uint32_t>(episodes), stream, means.data() + first);
            });
            for (const Steps& s : steps) env_steps_ += s.env, lane_steps_ += s.lane;
            if (progress)
                progress(static_cast<double>(std::min(tasks, done + tasks_a_report)) /
                         static_cast<double>(tasks));
        }
        return means;
    }

    std::vector<double> weights(std::uint32_t candidate) const {
        using L = Lanes<Scalar, Real>;
        const int count = entry_.tables.info().observation_count;
        std::vector<typename L::real> lanes(static_cast<std::size_t>(count));
        candidate_weights<L>(task_.search, typename L::u32(candidate), lanes.data(), count);
        std::vector<double> weights;
        for (const auto& lane : lanes) weights.push_back(lane.part[0]);
        return weights;
    }

    std::int64_t env_steps() const { return env_steps_; }
    std::int64_t lane_steps() const { return lane_steps_; }
    bool timed_out() const { return timed_out_; }

private:
    struct Steps {
        std::int64_t env = 0, lane = 0;
    };

    Steps play(std::span<const std::uint32_t> candidates, std::uint32_t episodes, Stream stream,
               double* means) const {
        const std::size_t count = candidates.size();
        std::vector<Real> returns(count * episodes);
        LinearSearch<Real> task = task_;
        task.worlds.resets = stream_key(seed_, stream);
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
    bool timed_out_ = false;
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

template <class Real>
RandomSearchResult search(const TrainConfig& config, const Progress& progress) {
    const Agent agent = random_search_agent();
    const auto whole = [&](const char* name) {
        return static_cast<std::int64_t>(parameter(config, agent, name));
    };
    Search<Real> search(config);
    std::vector<std::uint32_t> numbers(static_cast<std::size_t>(whole("candidates")) + lane_count);
    std::iota(numbers.begin(), numbers.end(), 0U);
    const auto all = std::span<const std::uint32_t>(numbers).first(numbers.size() - lane_count);

    // Progress counts episodes: tuning first, then validation.
    const double tuning = static_cast<double>(all.size()) * static_cast<double>(whole("episodes"));
    const double validation =
        static_cast<double>(std::min<std::int64_t>(whole("keep"), whole("candidates"))) *
        static_cast<double>(whole("validation_episodes"));
    const auto from_to = [&](double begin, double size) -> Progress {
        if (!progress) return {};
        return [&progress, begin, size, whole = tuning + validation](double done) {
            progress((begin + done * size) / whole);
        };
    };

    RandomSearchResult result;
    result.tuning = search.score(all, whole("episodes"), Stream::resets, from_to(0, tuning));
    result.kept = best_by(result.tuning, all, static_cast<std::size_t>(whole("keep")));
    numbers.assign(result.kept.size() + lane_count, 0);
    std::ranges::copy(result.kept, numbers.begin());
    result.validation =
        search.score(std::span(numbers).first(result.kept.size()), whole("validation_episodes"),
                     Stream::validation, from_to(tuning, validation));
    const auto best = std::ranges::max_element(result.validation) - result.validation.begin();
    result.best = result.kept[static_cast<std::size_t>(best)];
    result.weights = search.weights(result.best);
    result.env_steps = search.env_steps();
    result.lane_steps = search.lane_steps();
    result.timed_out = search.timed_out();
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

TrainResult train(const TrainConfig& config, const Agent&, const Progress& progress) {
    const auto start = std::chrono::steady_clock::now();
    TrainResult result;
    result.curve_unit = "candidates";
    result.curve_meaning = "best tuning return so far";
    Hash hash;
    const double threshold = find_environment(config.env).id.reward_threshold;
    double solved = 0, kept = 0;
    const auto learners = static_cast<double>(learner_count(config));
    for (std::int64_t i = 0; i < learner_count(config); ++i) {
        TrainConfig one = config;
        one.seed = learner_seed(config, i);
        const RandomSearchResult r =
            random_search(one, progress ? Progress([&](double done) {
                              progress((static_cast<double>(i) + done) / learners);
                          })
                                        : Progress());
        result.env_steps += r.env_steps;
        result.lane_steps += r.lane_steps;
        if (r.timed_out) {
            result.failed.push_back({i, r.env_steps, true});
            result.learners.push_back({r.env_steps});
            result.policies.emplace_back();
            continue;
        }
        result.learners.push_back({r.env_steps, mean(r.tuning)});
        result.policies.push_back({"linear", r.weights});
        append_curve(result.curve, r.tuning);
        solved += static_cast<double>(
            std::ranges::count_if(r.validation, [&](double v) { return v >= threshold; }));
        kept += static_cast<double>(r.kept.size());
        for (const auto* values : {&r.tuning, &r.validation, &r.weights})
            hash.add(std::span<const double>(*values));
    }
    result.figures["validated"] = kept;
    result.figures["solved"] = solved;
    result.hash = hash.value();
    result.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    result.test_scores = test_scores(config, result.policies);
    return result;
}

void check(const TrainConfig& config, const Agent& agent) {
    in_precision(
        config, [&] { Search<float>{config}; }, [&] { Search<double>{config}; });
    // A look at the time comes after all candidates have been tried.
    const double least =
        parameter(config, agent, "candidates") * parameter(config, agent, "episodes");
    check_most_steps(config, static_cast<std::int64_t>(least) + 1);
}

}  // namespace

RandomSearchResult random_search(const TrainConfig& config, const Progress& progress) {
    return config.precision == Precision::f32 ? search<float>(config, progress)
                                              : search<double>(config, progress);
}

Agent random_search_agent() {
    return {.id = "random-search",
            .source = "tutorials: random search over linear CartPole policies",
            .parameters = parameters,
            .train = train,
            .check = check};
}

}  // namespace lockstep
