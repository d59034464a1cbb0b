#include <lockstep/agents/batched/batch_block.hpp>

#include <algorithm>
#include <utility>

#include <lockstep/agents/lane_jobs.hpp>
#include <lockstep/agents/network/kept_rows.hpp>

namespace lockstep {

template <class Real>
BatchBlock<Real>::BatchBlock(const BatchPlan<Real>& plan, const LearnerKeys& keys,
                             std::int64_t first_world)
    : plan_(plan),
      columns_(plan.columns),
      worlds_(static_cast<int>(
          std::min<std::int64_t>(plan.columns, plan.settings.worlds - first_world))),
      rollout_(plan.tiles, plan.world.inputs()),
      lanes_(static_cast<std::size_t>(plan.tiles.worlds)) {
    samples_ = rows<Real>(plan.rows() * (plan.single_pass() ? plan.settings.rollout : 1));
    deltas_ = rows<Real>(plan.rows()), final_sample_ = rows<Real>(plan.rows());
    gradient_ = memory_.rows<Real>(plan.parameter_rows());
    logits_ = memory_.rows<Real>(plan.world.actions());
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
    for (std::int64_t tile = 0; tile < plan.tiles.worlds; ++tile) {
        plan.world.play().begin_episodes(plan.world.worlds(), worlds_of(tile), 0xFFFFU,
                                         rollout_.observation(samples + tile));
    }
}

template <class Real>
void BatchBlock<Real>::keep(LaneMemory& memory) {
    for (LaneWorlds<Real>& worlds : lanes_) keep_rows(memory, worlds);
    memory.adopt(rollout_.observation(rollout_.samples()),
                 plan_.tiles.worlds * plan_.world.inputs());
}

template <class Real>
void BatchBlock<Real>::play(const Real* parameters) {
    parameters_ = parameters;
    const int steps = static_cast<int>(plan_.settings.rollout);
    std::copy_n(rollout_.observation(rollout_.samples()), at(plan_.world.inputs()),
                rollout_.observation(0));
    const RolloutRows<Real>& rows = rollout_.rows();
    for (int t = 0; t < steps; ++t) {
        Real* now = sample(t);
        show(t, now);
        forward(now);
        std::copy_n(values_of(now), columns_, rows.value + at(t));
        for (std::int64_t tile = 0; tile < plan_.tiles.worlds; ++tile)
            act(now, t * plan_.tiles.worlds + tile);
    }
    bootstrap_finals();
    show(steps, final_sample_);
    forward(final_sample_);
    std::copy_n(values_of(final_sample_), columns_, rows.value + at(steps));
    plan_.world.networks().advantages(rows, plan_.told);
}

// What the worlds saw before this step, as rows.
template <class Real>
void BatchBlock<Real>::show(int step, Real* sample) const {
    const Real* from = rollout_.observation(step * plan_.tiles.worlds);
    for (int column = 0; column < columns_; column += lane_count) {
        for (int row = 0; row < plan_.world.inputs(); ++row, from += lane_count)
            std::copy_n(from, lane_count, sample + at(row, column));
    }
    share_inputs(sample);
}

template <class Real>
void BatchBlock<Real>::share_inputs(Real* sample) const {
    if (!plan_.settings.shared)
        std::copy_n(sample, at(plan_.world.inputs()), sample + at(plan_.policy.rows));
}

template <class Real>
void BatchBlock<Real>::forward(Real* sample) const {
    plan_.kernels.forward(plan_.policy, parameters_, sample, columns_);
    if (!plan_.settings.shared) {
        plan_.kernels.forward(plan_.value, parameters_ + plan_.policy.parameters,
                              sample + at(plan_.policy.rows), columns_);
    }
}

// Sixteen worlds choose, and take a step.
template <class Real>
void BatchBlock<Real>::act(const Real* sample, std::int64_t i) {
    const NetworkKernels<Real>& networks = plan_.world.networks();
    const LaneWorlds<Real>& worlds = worlds_of(i);
    const RolloutRows<Real>& rows = rollout_.rows();
    const int actions = plan_.world.actions();
    const auto tile = static_cast<int>(i % plan_.tiles.worlds);
    const Real* logits = sample + at(plan_.policy.rows - plan_.policy.outputs, tile * lane_count);
    for (int a = 0; a < actions; ++a)
        std::copy_n(logits + at(a), lane_count, logits_ + a * lane_count);
    const std::int64_t here = i * lane_count;
    networks.draw_uniforms(action_keys_, worlds.id, worlds.time, 1, uniform_);
    networks.choose(logits_, actions, uniform_, worlds.possible, probabilities_,
                    rows.action + here);
    networks.log_probability(logits_, actions, worlds.possible, rows.action + here,
                             rows.log_probability + here);
    std::copy_n(worlds.possible, lane_count, rows.possible + here);
    advance(i);
}

template <class Real>
void BatchBlock<Real>::advance(std::int64_t i) {
    LaneWorlds<Real>& worlds = worlds_of(i);
    const RolloutRows<Real>& rows = rollout_.rows();
    plan_.world.play().play(plan_.world.worlds(), worlds, rows.action + i * lane_count,
                            rollout_.observation(i + plan_.tiles.worlds));
    std::copy_n(worlds.reward, lane_count, rows.reward + i * lane_count);
    rows.terminated[i] = worlds.terminated;
    rows.over[i] = worlds.terminated | worlds.truncated;
    if (rows.over[i] != 0) end(i, rows.over[i]);
}

template <class Real>
void BatchBlock<Real>::end(std::int64_t i, std::uint32_t over) {
    LaneWorlds<Real>& worlds = worlds_of(i);
    const auto first = static_cast<int>(i % plan_.tiles.worlds) * lane_count;
    for_lanes(over, [&](int lane) {
        if (first + lane < worlds_) ended_.add({worlds.total[lane], 1});
        if ((worlds.terminated >> lane & 1U) == 0) keep_final(i, lane);
    });
    plan_.world.play().begin_episodes(plan_.world.worlds(), worlds, over,
                                      rollout_.observation(i + plan_.tiles.worlds));
}

// An episode that was cut short would have gone on from here: its value counts.
template <class Real>
void BatchBlock<Real>::keep_final(std::int64_t i, int lane) {
    const int place = static_cast<int>(finals_.size());
    const Real* seen = rollout_.observation(i + plan_.tiles.worlds);
    for (int row = 0; row < plan_.world.inputs(); ++row)
        final_sample_[at(row, place)] = seen[row * lane_count + lane];
    finals_.push_back(i * lane_count + lane);
    if (place + 1 == columns_) bootstrap_finals();
}

template <class Real>
void BatchBlock<Real>::bootstrap_finals() {
    if (finals_.empty()) return;
    share_inputs(final_sample_);
    forward(final_sample_);
    for (std::size_t k = 0; k < finals_.size(); ++k)
        rollout_.rows().final_value[finals_[k]] = values_of(final_sample_)[k];
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
    const auto size = static_cast<std::size_t>(plan_.parameter_rows() * lane_count);
    std::fill_n(gradient_, size, Real(0));
    for (const int t : steps) {
        Real* now = sample(t);
        if (!plan_.single_pass()) {
            show(t, now);
            forward(now);
        }
        find_deltas(now, t);
        backward(now);
    }
    return {gradient_, size};
}

template <class Real>
void BatchBlock<Real>::find_deltas(const Real* sample, int step) {
    const std::int64_t logits = at(plan_.policy.rows - plan_.policy.outputs);
    const Real* values = values_of(sample);
    Real* value_deltas = deltas_ + (values - sample);
    plan_.world.networks().actor_critic_deltas({.rollout = &rollout_.rows(),
                                                .lanes = &plan_.told,
                                                .order = order_ + at(step),
                                                .moments = moments_,
                                                .count = columns_ / lane_count,
                                                .actions = plan_.world.actions(),
                                                .residual = false,
                                                .logits = sample + logits,
                                                .values = values,
                                                .logit_deltas = deltas_ + logits,
                                                .value_deltas = value_deltas,
                                                .policy_stride = lane_count,
                                                .value_stride = lane_count,
                                                .logit_stride = columns_});
    const int beyond = columns_ - worlds_;
    for (int a = 0; a < plan_.world.actions(); ++a)
        std::fill_n(deltas_ + logits + at(a, worlds_), beyond, Real(0));
    std::fill_n(value_deltas + worlds_, beyond, Real(0));
}

template <class Real>
void BatchBlock<Real>::backward(const Real* sample) {
    plan_.kernels.backward(plan_.policy, parameters_, sample, deltas_, columns_, gradient_);
    if (plan_.settings.shared) return;
    const std::int64_t rows = at(plan_.policy.rows), first = plan_.policy.parameters;
    plan_.kernels.backward(plan_.value, parameters_ + first, sample + rows, deltas_ + rows,
                           columns_, gradient_ + first);
}

template <class Real>
EndedEpisodes BatchBlock<Real>::take_ended() {
    return std::exchange(ended_, {});
}

template class BatchBlock<float>;
template class BatchBlock<double>;

}  // namespace lockstep
