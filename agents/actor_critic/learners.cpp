
#include "agents/actor_critic/learners.hpp"

#include <algorithm>
#include <utility>

#include "agents/network/lane_state_fields.hpp"

namespace lockstep {

template <class Real>
ActorCriticLearners<Real>::ActorCriticLearners(const NetworkEnv<Real>& world,
                                               const ActorCriticShape& shape,
                                               const ActorCriticSettings& settings)
    : world_(world),
      shape_(shape),
      settings_(settings),
      state_(memory_, shape, settings.optimizer.kind),
      update_(world.networks(), shape, settings),
      rollout_(settings, world.inputs(), shape.log_stds()),
      worlds_(static_cast<std::size_t>(settings.num_envs), world.make_worlds()) {
    for (std::int64_t w = 0; w < settings.num_envs; ++w) keep_rows(memory_, world_of(w));
    memory_.adopt(actions_[0], 2);
    present_ = memory_.rows<Real>(settings.num_envs * world.inputs());
    uniform_ = scratch_.rows<Real>(1);
    probabilities_ = scratch_.rows<Real>(shape.actions);
    clipped_ = scratch_.rows<Real>(settings.num_envs * shape.log_stds());
}

template <class Real>
void ActorCriticLearners<Real>::assign_lane(int lane, const ActorCriticSettings& settings,
                                            std::uint64_t seed) {
    memory_.clear(lane);
    log_[lane].clear();
    state_.begin(lane, settings, settings.updates());
    const LearnerKeys keys = learner_keys(seed, Stream::resets);
    put_key(actions_, lane, keys.actions);
    put_key(state_.batches, lane, keys.batches);
    LaneKeyWords weights{};
    put_key(weights, lane, keys.weights);
    update_.initialize(state_, settings.network.initialization, weights, 1U << lane);
    const std::int64_t inputs = std::int64_t{world_.inputs()} * lane_count;
    for (std::int64_t w = 0; w < settings.num_envs; ++w) {
        world_.give_lane(world_of(w), lane, keys, static_cast<std::uint32_t>(w));
        world_.play().begin_episodes(world_.worlds(), world_of(w), 1U << lane,
                                     present_ + w * inputs);
    }
}

template <class Real>
void ActorCriticLearners<Real>::load(int lane, const ActorCriticSettings& settings,
                                     std::span<const std::byte> saved) {
    state_.begin(lane, settings, settings.updates());
    log_[lane] = load_learner<EndedEpisodes>(memory_, lane, saved);
    state_.resume_lane(lane, settings, settings.updates());
}

template <class Real>
std::uint32_t ActorCriticLearners<Real>::iterate() {
    play();
    std::uint32_t broken = update_.learn(state_, rollout_);
    for_lanes(broken, [&](int lane) { state_.forget(lane); });
    for (int lane = 0; lane < lane_count; ++lane)
        log_update(log_[lane], std::exchange(ended_[lane], {}), updates(lane));
    return broken;
}

template <class Real>
void ActorCriticLearners<Real>::play() {
    const std::int64_t shown = settings_.num_envs * world_.inputs() * lane_count;
    std::copy_n(present_, shown, rollout_.observation(0));
    for (std::int64_t first = 0; first < rollout_.samples(); first += settings_.num_envs) {
        evaluate(first, [&](std::int64_t i, const Real* logits) { act(i, logits); });
        for (std::int64_t w = 0; w < settings_.num_envs; ++w) move(first + w);
    }
    evaluate(rollout_.samples(), [](std::int64_t, const Real*) {});
    std::copy_n(rollout_.observation(rollout_.samples()), shown, present_);
}

// Records the values of one step of all worlds, and calls then(sample, its logits).
template <class Real>
void ActorCriticLearners<Real>::evaluate(std::int64_t first, const auto& then) {
    const std::int64_t end = first + settings_.num_envs;
    for (std::int64_t i = first; i < end; i += update_.chunk()) {
        const std::int64_t count = std::min(update_.chunk(), end - i);
        const auto& outputs = update_.evaluate(state_, rollout_.observation(i), count);
        for (std::int64_t k = 0; k < count; ++k) {
            std::copy_n(outputs.value(k), lane_count, rollout_.rows().value + (i + k) * lane_count);
            then(i + k, outputs.logits(k));
        }
    }
}

template <class Real>
void ActorCriticLearners<Real>::act(std::int64_t i, const Real* logits) {
    std::copy_n(world_of(i).legal, lane_count, rollout_.rows().legal + i * lane_count);
    shape_.continuous ? draw(i, logits) : choose(i, logits);
}

template <class Real>
void ActorCriticLearners<Real>::choose(std::int64_t i, const Real* logits) {
    const NetworkKernels<Real>& networks = world_.networks();
    const RolloutRows<Real>& rows = rollout_.rows();
    const LaneWorlds<Real>& world = world_of(i);
    const std::int64_t row = i * lane_count;
    networks.draw_uniforms(actions_, world.id, world.time, 1, uniform_);
    networks.choose(logits, world_.actions(), uniform_, world.legal, probabilities_,
                    rows.action + row);
    networks.log_probability(logits, world_.actions(), rows.legal + row, rows.action + row,
                             rows.log_probability + row);
}

template <class Real>
void ActorCriticLearners<Real>::draw(std::int64_t i, const Real* means) {
    const RolloutRows<Real>& rows = rollout_.rows();
    const LaneWorlds<Real>& world = world_of(i);
    const std::int64_t size = std::int64_t{shape_.actions} * lane_count;
    const Real* log_std =
        state_.parameters + std::int64_t{shape_.network_parameters()} * lane_count;
    world_.networks().draw_gaussian(
        {shape_.actions, means, log_std, world_.bounds().low.data(), world_.bounds().high.data(),
         rows.drawn + i * size, clipped_ + i % settings_.num_envs * size,
         rows.log_probability + i * lane_count},
        &actions_, world.id, world.time);
}

// The action of sample i, while its worlds have not acted again.
template <class Real>
Actions<Real> ActorCriticLearners<Real>::action_of(std::int64_t i) const {
    if (!shape_.continuous) return {.number = rollout_.rows().action + i * lane_count};
    return {.value = clipped_ + i % settings_.num_envs * shape_.actions * lane_count,
            .stride = lane_count};
}

template <class Real>
void ActorCriticLearners<Real>::move(std::int64_t i) {
    const RolloutRows<Real>& rows = rollout_.rows();
    LaneWorlds<Real>& world = world_of(i);
    Real* seen = rollout_.observation(i + settings_.num_envs);
    world_.play().play(world_.worlds(), world, action_of(i), seen);
    std::copy_n(world.reward, lane_count, rows.reward + i * lane_count);
    rows.terminated[i] = world.terminated;
    const std::uint32_t done = rows.done[i] = world.terminated | world.truncated;
    if (settings_.residual)
        std::copy_n(seen, std::int64_t{world_.inputs()} * lane_count, rollout_.next(i));
    if (done == 0) return;
    for_lanes(done, [&](int lane) { ended_[lane].add({world.total[lane], 1}); });
    bootstrap(i, seen, done & ~world.terminated);
    world_.play().begin_episodes(world_.worlds(), world, done, seen);
}

template <class Real>
void ActorCriticLearners<Real>::bootstrap(std::int64_t i, const Real* seen,
                                          std::uint32_t truncated) {
    if (truncated == 0) return;
    std::copy_n(update_.evaluate(state_, seen, 1).value(0), lane_count,
                rollout_.rows().final_value + i * lane_count);
}

template <class Real>
std::vector<Real> ActorCriticLearners<Real>::parameters(int lane) const {
    std::vector<Real> one;
    for (std::int64_t row = 0; row < state_.parameter_rows; ++row)
        one.push_back(state_.parameters[row * lane_count + lane]);
    return one;
}

template class ActorCriticLearners<float>;
template class ActorCriticLearners<double>;

}  // namespace lockstep
