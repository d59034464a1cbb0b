// An agent: hill climbing over linear policies. A step is kept where an episode returns more.
#include <bit>

#include <lockstep/agent.hpp>
#include <lockstep/evaluation.hpp>
#include <lockstep/random.hpp>
#include <lockstep/statistics.hpp>

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
                  const ProgressCallback& progress) {
    const VectorEnv<float> env({.id = config.env, .settings = config.env_settings});
    const auto weights =
        static_cast<std::size_t>(linear_outputs(env.about()) * env.about().observation_count());
    std::uint64_t hash = 0;
    const auto learner = [&](std::int64_t i, std::span<const std::byte>, const ProgressCallback&) {
        const HillClimbing& s = settings[settings.size() == 1 ? 0 : static_cast<std::size_t>(i)];
        TrainConfig one = config;
        one.seed = learner_seed(config, i);
        CounterDraws draws(one.seed);
        LearntPolicy learnt{{LearnerStage::finished}, {}, {"linear", std::vector<double>(weights)}};
        double highest = -1e300, sum = 0;
        for (std::int64_t t = 0; t < s.tries; ++t) {
            PolicySpec next = learnt.policy;
            for (double& w : next.weights) w += s.step * draws.normal();
            const PlayedEpisodes played = play_episodes(one, next, 4, Stream::resets);
            const double score = mean(played.returns);
            sum += score, learnt.head.record.steps += played.steps;
            if (score >= highest) highest = score, learnt.policy = next;
        }
        learnt.head.record.training_return = sum / static_cast<double>(s.tries);
        for (const double w : learnt.policy.weights)
            hash = hash * 31 + std::bit_cast<std::uint64_t>(w);
        return learnt;
    };
    TrainResult result = train_each(config, learner, progress);
    result.hash = hash;
    return result;
}

const bool registered = [] {
    register_agent(make_agent<HillClimbing>(
        {.id = "hill-climbing", .source = "an example", .train = climb, .stops = false}));
    return true;
}();

}  // namespace
