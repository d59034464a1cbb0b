
#include "agents/actor_critic/batch_block.hpp"

#include <algorithm>
#include <utility>

#include "agents/lanes/lane_assigner.hpp"
#include "agents/network/lane_state_fields.hpp"

namespace lockstep {

template <class Real>
BatchBlock<Real>::BatchBlock(const BatchPlan<Real>& plan, const LearnerKeys& keys,
                             std::int64_t first_world)
    : plan_(plan),
      columns_(plan.columns),
      worlds_(static_cast<int>(
          std::min<std::int64_t>(plan.columns, plan.settings.num_envs - first_world))),
      rollout_(plan.tiles, plan.world.inputs()),
      lanes_(static_cast<std::size_t>(plan.tiles.num_envs), plan.world.make_worlds()) {
    samples_ = rows<Real>(plan.rows() * (plan.single_pass() ? plan.settings.num_steps : 1));
    deltas_ = rows<Real>(plan.rows()), final_samples_ = rows<Real>(plan.rows());
    sums_ = memory_.rows<Real>(plan.parameters());
    gradient_ = memory_.rows<Real>(plan.parameter_rows());
    probabilities_ = memory_.rows<Real>(plan.world.actions());
    uniform_ = memory_.rows<Real>(1);
    moments_ = memory_.rows<Real>(2);
    const std::int64_t samples = rollout_.samples();
    order_ = memory_.rows<std::int32_t>(samples);
    for (std::int64_t i = 0; i < samples; ++i)
        std::fill_n(order_ + i * lane_count, lane_count, static_cast<std::int32_t>(i));
    for (int lane = 0; lane < lane_count; ++lane) put_key(action_keys_, lane, keys.actions);
    for (int column = 0; column < columns_; ++column) {
        plan.world.give_lane(worlds_of(column / lane_count), column % lane_count, keys,
                             static_cast<std::uint32_t>(first_world + column));
    }
    for (std::int64_t tile = 0; tile < plan.tiles.num_envs; ++tile) {
        plan.world.play().begin_episodes(plan.world.worlds(), worlds_of(tile), 0xFFFFU,
                                         rollout_.observation(samples + tile));
    }
}

template <class Real>
void BatchBlock<Real>::keep(LaneMemory& memory) {
    for (OwnedLaneWorlds<Real>& worlds : lanes_) keep_rows(memory, *worlds);
    memory.adopt(rollout_.observation(rollout_.samples()),
                 plan_.tiles.num_envs * plan_.world.inputs());
}

template <class Real>
void BatchBlock<Real>::play(const Real* parameters) {
    parameters_ = parameters;
    const int steps = static_cast<int>(plan_.settings.num_steps);
    std::copy_n(rollout_.observation(rollout_.samples()), at(plan_.world.inputs()),
                rollout_.observation(0));
    const RolloutRows<Real>& rows = rollout_.rows();
    for (int t = 0; t < steps; ++t) {
        Real* now = samples(t);
        write_observations(t, now);
        forward(now);
        copy_values(now, rows.value + at(t));
        for (std::int64_t tile = 0; tile < plan_.tiles.num_envs; ++tile)
            act(now, t * plan_.tiles.num_envs + tile);
    }
    bootstrap_finals();
    write_observations(steps, final_samples_);
    forward(final_samples_);
    copy_values(final_samples_, rows.value + at(steps));
    plan_.world.networks().advantages(rows, plan_.lanes);
}

// Copies what the worlds saw before this step into `samples`.
template <class Real>
void BatchBlock<Real>::write_observations(int step, Real* samples) const {
    const std::int64_t size = plan_.world.inputs() * lane_count;
    const Real* from = rollout_.observation(std::int64_t{step} * tiles());
    for (int tile = 0; tile < tiles(); ++tile, from += size)
        std::copy_n(from, size, samples + of_policy(tile));
}

template <class Real>
void BatchBlock<Real>::forward(Real* samples) const {
    const NetworkKernels<Real>& networks = plan_.world.networks();
    networks.forward_shared(plan_.policy, parameters_, samples, tiles());
    if (plan_.settings.shared) return;
    for (int tile = 0; tile < tiles(); ++tile) {
        std::copy_n(samples + of_policy(tile), plan_.world.inputs() * lane_count,
                    samples + of_value(tile));
    }
    networks.forward_shared(plan_.value, parameters_ + plan_.policy.parameters,
                            samples + of_value(0), tiles());
}

template <class Real>
void BatchBlock<Real>::copy_values(const Real* samples, Real* to) const {
    for (int tile = 0; tile < tiles(); ++tile, to += lane_count)
        std::copy_n(samples + value_of(tile), lane_count, to);
}

// Sixteen worlds choose an action and step.
template <class Real>
void BatchBlock<Real>::act(const Real* samples, std::int64_t i) {
    const NetworkKernels<Real>& networks = plan_.world.networks();
    const LaneWorlds<Real>& worlds = worlds_of(i);
    const RolloutRows<Real>& rows = rollout_.rows();
    const int actions = plan_.world.actions();
    const Real* logits = samples + logits_of(static_cast<int>(i % plan_.tiles.num_envs));
    const std::int64_t here = i * lane_count;
    networks.draw_uniforms(action_keys_, worlds.id, worlds.time, 1, uniform_);
    networks.choose(logits, actions, uniform_, worlds.legal, probabilities_, rows.action + here);
    networks.log_probability(logits, actions, worlds.legal, rows.action + here,
                             rows.log_probability + here);
    std::copy_n(worlds.legal, lane_count, rows.legal + here);
    advance(i);
}

template <class Real>
void BatchBlock<Real>::advance(std::int64_t i) {
    LaneWorlds<Real>& worlds = worlds_of(i);
    const RolloutRows<Real>& rows = rollout_.rows();
    plan_.world.play().play(plan_.world.worlds(), worlds, {rows.action + i * lane_count},
                            rollout_.observation(i + plan_.tiles.num_envs));
    std::copy_n(worlds.reward, lane_count, rows.reward + i * lane_count);
    rows.terminated[i] = worlds.terminated;
    rows.done[i] = worlds.terminated | worlds.truncated;
    if (rows.done[i] != 0) end(i, rows.done[i]);
}

template <class Real>
void BatchBlock<Real>::end(std::int64_t i, std::uint32_t done) {
    LaneWorlds<Real>& worlds = worlds_of(i);
    const auto first = static_cast<int>(i % plan_.tiles.num_envs) * lane_count;
    for_lanes(done, [&](int lane) {
        if (first + lane < worlds_) ended_.add({worlds.total[lane], 1});
        if ((worlds.terminated >> lane & 1U) == 0) keep_final(i, lane);
    });
    plan_.world.play().begin_episodes(plan_.world.worlds(), worlds, done,
                                      rollout_.observation(i + plan_.tiles.num_envs));
}

// A truncated episode would have continued from here, so the value of this observation counts.
template <class Real>
void BatchBlock<Real>::keep_final(std::int64_t i, int lane) {
    const int place = static_cast<int>(finals_.size());
    const Real* seen = rollout_.observation(i + plan_.tiles.num_envs);
    Real* kept = final_samples_ + of_policy(place / lane_count) + place % lane_count;
    for (std::int64_t row = 0; row < plan_.world.inputs(); ++row)
        kept[row * lane_count] = seen[row * lane_count + lane];
    finals_.push_back(i * lane_count + lane);
    if (place + 1 == columns_) bootstrap_finals();
}

template <class Real>
void BatchBlock<Real>::bootstrap_finals() {
    if (finals_.empty()) return;
    forward(final_samples_);
    for (int k = 0; const std::int64_t element : finals_) {
        rollout_.rows().final_value[element] =
            final_samples_[value_of(k / lane_count) + k % lane_count];
        ++k;
    }
    finals_.clear();
}

template <class Real>
AdvantageSums BatchBlock<Real>::advantages(std::span<const int> steps) const {
    AdvantageSums sums;
    for (const int t : steps) {
        for (int c = 0; c < worlds_; ++c) {
            const double a = rollout_.rows().advantage[at(t, c)];
            sums.first += a, sums.second += a * a;
        }
    }
    return sums;
}

template <class Real>
std::span<const Real> BatchBlock<Real>::learn(const Real* parameters, std::span<const int> steps,
                                              double mean, double inverse_deviation) {
    parameters_ = parameters;
    std::fill_n(moments_, lane_count, static_cast<Real>(mean));
    std::fill_n(moments_ + lane_count, lane_count, static_cast<Real>(inverse_deviation));
    std::fill_n(sums_, plan_.parameters() * lane_count, Real(0));
    for (const int t : steps) {
        Real* now = samples(t);
        if (!plan_.single_pass()) {
            write_observations(t, now);
            forward(now);
        }
        find_deltas(now, t);
        backward(now);
    }
    plan_.world.networks().add_lanes(sums_, static_cast<int>(plan_.parameters()), gradient_);
    return {gradient_, static_cast<std::size_t>(plan_.parameter_rows() * lane_count)};
}

template <class Real>
void BatchBlock<Real>::find_deltas(const Real* samples, int step) {
    const int actions = plan_.world.actions();
    plan_.world.networks().actor_critic_deltas({.rollout = &rollout_.rows(),
                                                .lanes = &plan_.lanes,
                                                .order = order_ + at(step),
                                                .moments = moments_,
                                                .count = tiles(),
                                                .actions = actions,
                                                .residual = false,
                                                .logits = samples + logits_of(0),
                                                .values = samples + value_of(0),
                                                .logit_deltas = deltas_ + logits_of(0),
                                                .value_deltas = deltas_ + value_of(0),
                                                .policy_stride = of_policy(1),
                                                .value_stride = value_of(1) - value_of(0)});
    for (int column = worlds_; column < columns_; ++column) {
        const int tile = column / lane_count, lane = column % lane_count;
        for (int a = 0; a < actions; ++a) deltas_[logits_of(tile) + a * lane_count + lane] = 0;
        deltas_[value_of(tile) + lane] = 0;
    }
}

template <class Real>
void BatchBlock<Real>::backward(const Real* samples) {
    const auto learn = [&](const NetworkShape& shape, int first, std::int64_t begin) {
        const NetworkKernels<Real>& networks = plan_.world.networks();
        networks.backward_shared(shape, parameters_ + first, samples + begin, deltas_ + begin,
                                 tiles());
        networks.accumulate_gradients(shape, samples + begin, deltas_ + begin, tiles(),
                                      sums_ + std::int64_t{first} * lane_count);
    };
    learn(plan_.policy, 0, 0);
    if (!plan_.settings.shared) learn(plan_.value, plan_.policy.parameters, of_value(0));
}

template <class Real>
EndedEpisodes BatchBlock<Real>::take_ended() {
    return std::exchange(ended_, {});
}

template class BatchBlock<float>;
template class BatchBlock<double>;

}  // namespace lockstep
