
#include "agents/recording/recording.hpp"

#include <algorithm>
#include <memory>

#include "agents/lanes/learner_keys.hpp"
#include "agents/network/acting_network.hpp"
#include "agents/tabular/acting_table.hpp"
#include "engine/vector_env/bound_policy.hpp"
#include "engine/vector_env/column_group.hpp"

namespace lockstep {
namespace {

// One world in the first of sixteen lanes.
template <class Real>
class Replayer {
public:
    explicit Replayer(const TrainConfig& config)
        : kernels_(find_kernels<Real>(config.env, checked_isa(config.isa))),
          about_(find_environment(config.env).tables.about()),
          worlds_(config.env_settings, find_environment(config.env)),
          rules_(worlds_.view()),
          seen_(static_cast<std::size_t>(kernels_.observation_rows(rules_) * lane_count)),
          lanes_(kernels_.state_types.count) {
        end_tests(rules_);
        std::ranges::fill(lanes_->legal, ~0U);
    }

    // `act(lanes)` returns the lanes' actions; what they see is in `observation`.
    Recording play(const LearnerKeys& keys, std::uint32_t id, std::int32_t max_steps,
                   Real* observation, auto&& act) {
        Recording recording;
        NetworkEnv<Real>::give_lane(*lanes_, 0, keys, id);
        kernels_.begin_episodes(rules_, *lanes_, 1, observation);
        keep(recording);
        for (std::int32_t t = 0; t < max_steps; ++t) {
            kernels_.play(rules_, *lanes_, act(*lanes_), observation);
            keep(recording);
            recording.terminated = (lanes_->terminated & 1U) != 0;
            recording.truncated = (lanes_->truncated & 1U) != 0;
            if (recording.terminated || recording.truncated) break;
        }
        recording.episode_return = lanes_->total[0];
        return recording;
    }

    const Kernels<Real>& kernels() const { return kernels_; }
    const Description& about() const { return about_; }
    const Worlds<Real>& rules() const { return rules_; }
    Real* observation() { return seen_.data(); }

private:
    void keep(Recording& recording) const {
        const ColumnGroup<Real> columns("state", kernels_.state_types, lanes_->state, nullptr,
                                        lane_count, lane_count);
        std::vector<double>& state = recording.states.emplace_back();
        for (int k = 0; k < columns.size(); ++k) state.push_back(columns.value(k, 0));
    }

    const Kernels<Real>& kernels_;
    const Description about_;
    SharedWorlds<Real> worlds_;
    Worlds<Real> rules_;
    std::vector<Real> seen_;
    OwnedLaneWorlds<Real> lanes_;
};

struct Take {
    const TrainConfig& config;
    const Agent& agent;
    std::uint32_t episode;
    std::int32_t max_steps;
};

template <class Real>
Recording record(const Take& take, const PolicySpec& spec) {
    Replayer<Real> stage(take.config);
    const BoundPolicy<Real> policy(spec, stage.kernels(), stage.about(), 1);
    // The streams of a VectorEnv, in which policies are evaluated.
    LearnerKeys keys = learner_keys(take.config.seed, Stream::test);
    keys.dynamics = stream_key(take.config.seed, Stream::dynamics);
    Worlds<Real> worlds = stage.rules();
    std::int32_t numbers[lane_count];
    std::vector<Real> values(stage.about().action_columns.size() * lane_count);
    const ChosenActions<Real> actions{numbers, values.data(), lane_count};
    worlds.count = worlds.stride = lane_count;
    worlds.first_id = take.episode;
    worlds.actions = stream_key(take.config.seed, Stream::actions);
    return stage.play(keys, take.episode, take.max_steps, stage.observation(),
                      [&](LaneWorlds<Real>& lanes) {
                          worlds.state = lanes.state;
                          worlds.time = lanes.time[0];
                          policy.kernels->act(worlds, 0, lane_count, policy.data(), actions);
                          return Actions<Real>(actions);
                      });
}

template <class Real>
Recording record(const Take& take, const LearntTable& table) {
    Replayer<Real> stage(take.config);
    const std::vector<std::int32_t> chosen =
        table_actions(take.config, acting_tables(take.config, take.agent)[0], table, take.episode,
                      take.max_steps);
    std::int32_t actions[lane_count] = {};
    return stage.play(learner_keys(take.config.seed, Stream::test), take.episode,
                      static_cast<std::int32_t>(chosen.size()), stage.observation(),
                      [&, t = std::size_t{0}](LaneWorlds<Real>&) mutable {
                          actions[0] = chosen[t++];
                          return Actions<Real>{actions};
                      });
}

template <class Real>
Recording record(const Take& take, const std::vector<double>& network) {
    const NetworkEnv<Real> world(take.config);
    const ActingNetwork acting = acting_network(take.config, take.agent);
    check_size(acting, network);
    const std::vector<Real> parameters(network.begin(), network.end());
    const LearnerKeys keys = learner_keys(take.config.seed, Stream::test);
    NetworkActor<Real> actor(world.networks(), acting.shape, acting.outputs, world.bounds(),
                             parameters, acting.greedy, keys.actions);
    return Replayer<Real>(take.config)
        .play(keys, take.episode, take.max_steps, actor.observation(),
              [&](LaneWorlds<Real>& lanes) { return actor.act(lanes); });
}

}  // namespace

Recording record_episode(const TrainConfig& config, const Agent& agent, const Learnt& learnt,
                         std::uint32_t episode, std::int32_t max_steps) {
    const Take take{config, agent, episode, max_steps};
    return std::visit(
        [&](const auto& what) {
            return config.precision == Precision::f32 ? record<float>(take, what)
                                                      : record<double>(take, what);
        },
        learnt);
}

}  // namespace lockstep
