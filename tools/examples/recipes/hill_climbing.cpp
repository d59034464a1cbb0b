// An agent: hill climbing over linear policies. A step is kept where an episode returns more.
#include <lockstep/agent.hpp>
#include <lockstep/evaluation.hpp>
#include <lockstep/random.hpp>

namespace {

using namespace lockstep;

struct HillClimbing {
    std::int64_t tries = 200;
    double step = 0.3;

    void declare(SettingList& list) {
        list.integer("tries", tries, 1, 1e9, "steps tried").budget();
        list.number("step", step, 1e-9, 1e9, "deviation of each weight's step").per_learner();
    }
};

TrainResult climb(const TrainConfig& config, std::span<const HillClimbing> settings,
                  const ProgressCallback&) {
    const VectorEnv<float> env({.id = config.env, .settings = config.env_settings});
    const auto weights =
        static_cast<std::size_t>(linear_outputs(env.about()) * env.about().observation_count());
    TrainResult result;
    for (std::int64_t i = 0; i < learner_count(config); ++i) {
        const HillClimbing& s = settings[settings.size() == 1 ? 0 : static_cast<std::size_t>(i)];
        TrainConfig one = config;
        one.seed = learner_seed(config, i);
        CounterDraws draws(one.seed);
        PolicySpec best{"linear", std::vector<double>(weights)};
        double highest = -1e300, sum = 0;
        std::int64_t steps = 0;
        for (std::int64_t t = 0; t < s.tries; ++t) {
            PolicySpec next = best;
            for (double& w : next.weights) w += s.step * draws.normal();
            const PlayedEpisodes played = play_episodes(one, next, 4, Stream::resets);
            const double mean =
                (played.returns[0] + played.returns[1] + played.returns[2] + played.returns[3]) / 4;
            sum += mean, steps += played.steps;
            if (mean >= highest) highest = mean, best = next;
        }
        result.learners.push_back({steps, sum / static_cast<double>(s.tries)});
        result.policies.push_back(best);
        result.env_steps += steps;
        for (const double w : best.weights)
            result.hash = result.hash * 31 + static_cast<std::uint64_t>(w * 1e6);
    }
    result.lane_steps = result.env_steps;
    result.test_scores = test_scores(config, result.policies);
    return result;
}

const bool registered = [] {
    register_agent(make_agent<HillClimbing>(
        {.id = "hill-climbing", .source = "an example", .train = climb, .stops = false}));
    return true;
}();

}  // namespace
