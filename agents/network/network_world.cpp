#include <lockstep/agents/network/network_world.hpp>

#include <algorithm>
#include <memory>

#include <lockstep/agents/lane_jobs.hpp>
#include <lockstep/agents/network/lane_memory.hpp>
#include <lockstep/engine/error.hpp>

namespace lockstep {
namespace {

constexpr std::int64_t most_inputs = 4096;

// Sixteen lanes in which one network plays its test episodes, each lane the next as it comes free.
template <class Real>
class TestPlay {
public:
    TestPlay(const NetworkWorld<Real>& world, const NetworkShape& shape, ActionOutputs outputs,
             std::span<const Real> parameters, bool greedy)
        : world_(world), rules_(world.worlds()), shape_(shape), outputs_(outputs), greedy_(greedy) {
        if (rules_.time_limit >= endless_limit) rules_.time_limit = endless_test_steps;
        parameters_ = memory_.rows<Real>(shape.parameters);
        for (std::size_t p = 0; p < parameters.size(); ++p)
            std::fill_n(parameters_ + p * lane_count, lane_count, parameters[p]);
        sample_ = memory_.rows<Real>(shape.rows);
        probabilities_ = memory_.rows<Real>(outputs.count);
        uniform_ = memory_.rows<Real>(1);
        std::ranges::fill(worlds_->possible, ~0U);
    }

    std::vector<double> run(const LearnerKeys& keys, std::int64_t episodes) {
        std::vector<double> returns(static_cast<std::size_t>(episodes));
        for (int lane = 0; lane < lane_count; ++lane) put_key(action_keys_, lane, keys.actions);
        LaneJobs jobs(episodes);
        while (!jobs.done()) {
            const std::uint32_t begun = jobs.fill([&](int lane, std::int64_t job) {
                world_.give_lane(*worlds_, lane, keys, static_cast<std::uint32_t>(job));
            });
            if (begun != 0) world_.play().begin_episodes(rules_, *worlds_, begun, sample_);
            step();
            for_lanes(jobs.busy() & (worlds_->terminated | worlds_->truncated), [&](int lane) {
                returns[static_cast<std::size_t>(jobs.of(lane))] = worlds_->total[lane];
                jobs.finish(lane);
            });
        }
        return returns;
    }

private:
    void step() {
        const NetworkKernels<Real>& networks = world_.networks();
        networks.forward(shape_, parameters_, sample_, 1);
        if (!greedy_) networks.draw_uniforms(action_keys_, worlds_->id, worlds_->time, 1, uniform_);
        const Real* logits = sample_ + (shape_.rows - shape_.outputs + outputs_.first) * lane_count;
        networks.choose(logits, outputs_.count, greedy_ ? nullptr : uniform_, worlds_->possible,
                        probabilities_, action_);
        world_.play().play(rules_, *worlds_, action_, sample_);
    }

    const NetworkWorld<Real>& world_;
    Worlds<Real> rules_;
    const NetworkShape& shape_;
    const ActionOutputs outputs_;
    const bool greedy_;
    LaneMemory memory_;
    Real *parameters_, *sample_, *probabilities_, *uniform_;
    std::unique_ptr<LaneWorlds<Real>> worlds_ = std::make_unique<LaneWorlds<Real>>();
    LaneKeyWords action_keys_;
    std::int32_t action_[lane_count];
};

}  // namespace

template <class Real>
NetworkWorld<Real>::NetworkWorld(const TrainConfig& config)
    : play_(find_environment(config.env).tables.template kernels<Real>(checked_isa(config.isa))),
      networks_(network_kernels<Real>(checked_isa(config.isa))),
      worlds_(config.env_settings, find_environment(config.env)),
      actions_(static_cast<int>(worlds_.settings().action_count)) {
    const std::int64_t rows = play_.observation_rows(worlds_.view());
    if (rows > most_inputs) {
        throw ConfigError(config.env + ": " + std::to_string(rows) +
                          " states: a network sees up to " + std::to_string(most_inputs));
    }
    if (actions_ > most_outputs - 1) {
        throw ConfigError(config.env + ": " + std::to_string(actions_) +
                          " actions: a network speaks for up to " +
                          std::to_string(most_outputs - 1));
    }
    inputs_ = static_cast<int>(rows);
}

template <class Real>
void NetworkWorld<Real>::give_lane(LaneWorlds<Real>& worlds, int lane, const LearnerKeys& keys,
                                   std::uint32_t id) {
    put_key(worlds.resets, lane, keys.resets);
    put_key(worlds.dynamics, lane, keys.dynamics);
    worlds.id[lane] = id;
    worlds.episode[lane] = worlds.time[lane] = 0;
    worlds.possible[lane] = ~0U;
}

template <class Real>
std::vector<double> NetworkWorld<Real>::test(const NetworkShape& shape, ActionOutputs outputs,
                                             std::span<const Real> parameters, bool greedy,
                                             std::uint64_t seed, std::int64_t episodes) const {
    return TestPlay<Real>(*this, shape, outputs, parameters, greedy)
        .run(learner_keys(seed, Stream::test), episodes);
}

template class NetworkWorld<float>;
template class NetworkWorld<double>;

}  // namespace lockstep
