
#include "agents/network/network_env.hpp"

#include <algorithm>
#include <memory>

#include <lockstep/error.hpp>

#include "agents/lanes/lane_assigner.hpp"

namespace lockstep {
namespace {

constexpr std::int64_t max_inputs = 4096;

// Sixteen lanes in which one network plays its test episodes; a free lane takes the next episode.
template <class Real>
class TestPlay {
public:
    TestPlay(const NetworkEnv<Real>& world, const NetworkShape& shape, ActionOutputs outputs,
             std::span<const Real> parameters, bool greedy, const LearnerKeys& keys)
        : world_(world),
          rules_(world.worlds()),
          keys_(keys),
          actor_(world.networks(), shape, outputs, world.bounds(), parameters, greedy,
                 keys.actions),
          worlds_(world.make_worlds()) {
        end_tests(rules_);
        std::ranges::fill(worlds_->legal, ~0U);
    }

    std::vector<double> run(std::int64_t episodes, const std::stop_token& stop) {
        std::vector<double> returns(static_cast<std::size_t>(episodes));
        LaneAssigner jobs(episodes);
        while (!jobs.done()) {
            if (stop.stop_requested()) return {};
            const std::uint32_t begun = jobs.fill([&](int lane, std::int64_t job) {
                world_.give_lane(*worlds_, lane, keys_, static_cast<std::uint32_t>(job));
            });
            if (begun != 0)
                world_.play().begin_episodes(rules_, *worlds_, begun, actor_.observation());
            world_.play().play(rules_, *worlds_, actor_.act(*worlds_), actor_.observation());
            for_lanes(jobs.busy() & (worlds_->terminated | worlds_->truncated), [&](int lane) {
                returns[static_cast<std::size_t>(jobs.of(lane))] = worlds_->total[lane];
                jobs.finish(lane);
            });
        }
        return returns;
    }

private:
    const NetworkEnv<Real>& world_;
    Worlds<Real> rules_;
    const LearnerKeys keys_;
    NetworkActor<Real> actor_;
    OwnedLaneWorlds<Real> worlds_;
};

}  // namespace

template <class Real>
NetworkEnv<Real>::NetworkEnv(const TrainConfig& config)
    : play_(find_kernels<Real>(config.env, checked_isa(config.isa))),
      networks_(network_kernels<Real>(checked_isa(config.isa))),
      worlds_(config.env_settings, find_environment(config.env)),
      env_(config.env),
      actions_(static_cast<int>(worlds_.settings().action_count)) {
    const Description about = find_environment(config.env).tables.about();
    if (about.action_column_count() > 0 && !about.continuous_actions()) {
        throw ConfigError(config.env +
                          ": an action makes several choices: no learner with a network does");
    }
    for (const ActionInfo& column : about.action_columns) {
        bounds_.low.push_back(static_cast<Real>(column.low));
        bounds_.high.push_back(static_cast<Real>(column.high));
        ++actions_;
    }
    const std::int64_t rows = play_.observation_rows(worlds_.view());
    if (rows > max_inputs) {
        throw ConfigError(config.env + ": " + std::to_string(rows) +
                          " states: a network sees up to " + std::to_string(max_inputs));
    }
    if (actions_ > max_outputs - 1) {
        throw ConfigError(config.env + ": " + std::to_string(actions_) +
                          " actions: a network speaks for up to " +
                          std::to_string(max_outputs - 1));
    }
    inputs_ = static_cast<int>(rows);
}

template <class Real>
void NetworkEnv<Real>::require_choice(std::string_view agent) const {
    if (!action_shape().continuous) return;
    throw ConfigError(
        std::string(agent) + " chooses among a few actions, and those of " + env_ +
        " are continuous: reinforce, actor-critic, a2c, ppo and random-search learn such");
}

template <class Real>
void NetworkEnv<Real>::give_lane(LaneWorlds<Real>& worlds, int lane, const LearnerKeys& keys,
                                 std::uint32_t id) {
    put_key(worlds.resets, lane, keys.resets);
    put_key(worlds.dynamics, lane, keys.dynamics);
    worlds.id[lane] = id;
    worlds.episode[lane] = worlds.time[lane] = 0;
    worlds.legal[lane] = ~0U;
}

template <class Real>
std::vector<double> NetworkEnv<Real>::test(const NetworkShape& shape, ActionOutputs outputs,
                                           std::span<const Real> parameters, bool greedy,
                                           std::uint64_t seed, std::int64_t episodes,
                                           const std::stop_token& stop) const {
    return TestPlay<Real>(*this, shape, outputs, parameters, greedy,
                          learner_keys(seed, Stream::test))
        .run(episodes, stop);
}

template class NetworkEnv<float>;
template class NetworkEnv<double>;

}  // namespace lockstep
