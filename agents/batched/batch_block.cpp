#include <lockstep/agents/batched/batch_block.hpp>

#include <algorithm>
#include <utility>

namespace lockstep {

template <class Real>
BatchBlock<Real>::BatchBlock(const BatchPlan<Real>& plan, const LearnerKeys& keys,
                             std::int64_t first_world)
    : plan_(plan),
      columns_(plan.columns),
      worlds_(static_cast<int>(
          std::min<std::int64_t>(plan.columns, plan.settings.worlds - first_world))),
      lanes_(static_cast<std::size_t>(plan.columns / lane_count)) {
    const std::int64_t steps = plan.settings.rollout, inputs = plan.world.inputs();
    observation_ = rows<Real>(inputs);
    samples_ = rows<Real>(plan.rows() * (plan.single_pass() ? steps : 1));
    if (!plan.single_pass()) inputs_ = rows<Real>(inputs * steps);
    deltas_ = rows<Real>(plan.rows()), final_sample_ = rows<Real>(plan.rows());
    gradient_ = memory_.rows<Real>(plan.parameter_rows());
    logits_ = memory_.rows<Real>(plan.world.actions());
    probabilities_ = memory_.rows<Real>(plan.world.actions());
    uniform_ = memory_.rows<Real>(1);
    probability_ = rows<Real>(steps), reward_ = rows<Real>(steps), goes_on_ = rows<Real>(steps);
    advantage_ = rows<Real>(steps), target_ = rows<Real>(steps), values_ = rows<Real>(steps + 1);
    share_ = rows<Real>(1);
    action_ = rows<std::int32_t>(steps), possible_ = rows<std::uint32_t>(steps);
    std::fill_n(share_, worlds_, Real(1));
    for (int lane = 0; lane < lane_count; ++lane) put_key(action_keys_, lane, keys.actions);
    for (int column = 0; column < columns_; ++column) {
        plan.world.give_lane(lanes_[static_cast<std::size_t>(column / lane_count)],
                             column % lane_count, keys,
                             static_cast<std::uint32_t>(first_world + column));
    }
    for (std::size_t tile = 0; tile < lanes_.size(); ++tile) {
        plan.world.play().begin_episodes(plan.world.worlds(), lanes_[tile], 0xFFFFU,
                                         observation(static_cast<int>(tile)));
    }
}

template <class Real>
void BatchBlock<Real>::play(const Real* parameters) {
    parameters_ = parameters;
    const int steps = static_cast<int>(plan_.settings.rollout);
    for (int t = 0; t < steps; ++t) {
        Real* now = sample(t);
        show(now);
        if (inputs_ != nullptr) {
            const std::int64_t size = at(plan_.world.inputs());
            std::copy_n(now, size, inputs_ + t * size);
        }
        forward(now);
        std::copy_n(values_of(now), columns_, values_ + at(t));
        for (int tile = 0; tile < columns_ / lane_count; ++tile) act(now, t, tile);
    }
    bootstrap_finals();
    show(final_sample_);
    forward(final_sample_);
    std::copy_n(values_of(final_sample_), columns_, values_ + at(steps));
    estimate_advantages();
}

// What the worlds see now, as rows.
template <class Real>
void BatchBlock<Real>::show(Real* sample) const {
    const Real* from = observation_;
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
void BatchBlock<Real>::act(const Real* sample, int step, int tile) {
    const NetworkKernels<Real>& networks = plan_.world.networks();
    const LaneWorlds<Real>& worlds = lanes_[static_cast<std::size_t>(tile)];
    const int actions = plan_.world.actions(), column = tile * lane_count;
    const Real* logits = sample + at(plan_.policy.rows - plan_.policy.outputs, column);
    for (int a = 0; a < actions; ++a)
        std::copy_n(logits + at(a), lane_count, logits_ + a * lane_count);
    const std::int64_t here = at(step, column);
    networks.draw_uniforms(action_keys_, worlds.id, worlds.time, 1, uniform_);
    networks.choose(logits_, actions, uniform_, worlds.possible, probabilities_, action_ + here);
    for (int lane = 0; lane < lane_count; ++lane)
        probability_[here + lane] = probabilities_[action_[here + lane] * lane_count + lane];
    std::copy_n(worlds.possible, lane_count, possible_ + here);
    advance(step, tile);
}

template <class Real>
void BatchBlock<Real>::advance(int step, int tile) {
    LaneWorlds<Real>& worlds = lanes_[static_cast<std::size_t>(tile)];
    const std::int64_t here = at(step, tile * lane_count);
    plan_.world.play().play(plan_.world.worlds(), worlds, action_ + here, observation(tile));
    std::copy_n(worlds.reward, lane_count, reward_ + here);
    std::fill_n(goes_on_ + here, lane_count, Real(1));
    const std::uint32_t over = worlds.terminated | worlds.truncated;
    if (over != 0) end(step, tile, over);
}

template <class Real>
void BatchBlock<Real>::end(int step, int tile, std::uint32_t over) {
    LaneWorlds<Real>& worlds = lanes_[static_cast<std::size_t>(tile)];
    for (std::uint32_t left = over; left != 0; left &= left - 1) {
        const int lane = __builtin_ctz(left), column = tile * lane_count + lane;
        goes_on_[at(step, column)] = 0;
        if (column < worlds_) ended_.add({worlds.total[lane], 1});
        if ((worlds.terminated >> lane & 1U) == 0) keep_final(step, tile, lane);
    }
    plan_.world.play().begin_episodes(plan_.world.worlds(), worlds, over, observation(tile));
}

// An episode that was cut short would have gone on from here: its value counts.
template <class Real>
void BatchBlock<Real>::keep_final(int step, int tile, int lane) {
    const int place = static_cast<int>(finals_.size());
    for (int row = 0; row < plan_.world.inputs(); ++row)
        final_sample_[at(row, place)] = observation(tile)[row * lane_count + lane];
    finals_.push_back(at(step, tile * lane_count + lane));
    if (place + 1 == columns_) bootstrap_finals();
}

template <class Real>
void BatchBlock<Real>::bootstrap_finals() {
    if (finals_.empty()) return;
    share_inputs(final_sample_);
    forward(final_sample_);
    const Real gamma = static_cast<Real>(plan_.settings.gamma);
    for (std::size_t i = 0; i < finals_.size(); ++i)
        reward_[finals_[i]] += gamma * values_of(final_sample_)[i];
    finals_.clear();
}

// Schulman et al. 2016, from the last step to the first.
template <class Real>
void BatchBlock<Real>::estimate_advantages() {
    const Real gamma = static_cast<Real>(plan_.settings.gamma);
    const Real fade = gamma * static_cast<Real>(plan_.settings.lambda);
    const Real* after = nullptr;
    for (int t = static_cast<int>(plan_.settings.rollout) - 1; t >= 0; --t) {
        const std::int64_t first = at(t);
        for (int c = 0; c < columns_; ++c) {
            const std::int64_t i = first + c;
            const Real later = after == nullptr ? Real(0) : fade * after[c];
            const Real ahead = gamma * values_[i + columns_] + later;
            advantage_[i] = reward_[i] + goes_on_[i] * ahead - values_[i];
            target_[i] = advantage_[i] + values_[i];
        }
        after = advantage_ + first;
    }
}

template <class Real>
AdvantageSums BatchBlock<Real>::advantages(std::span<const int> steps) const {
    AdvantageSums sums;
    for (const int t : steps) {
        for (int c = 0; c < worlds_; ++c) {
            const double a = advantage_[at(t, c)];
            sums.first += a, sums.second += a * a;
        }
    }
    return sums;
}

template <class Real>
std::span<const Real> BatchBlock<Real>::learn(const Real* parameters, std::span<const int> steps,
                                              double mean, double inverse_deviation) {
    parameters_ = parameters;
    const auto size = static_cast<std::size_t>(plan_.parameter_rows() * lane_count);
    std::fill_n(gradient_, size, Real(0));
    for (const int t : steps) {
        Real* now = sample(t);
        if (inputs_ != nullptr) {
            const std::int64_t inputs = at(plan_.world.inputs());
            std::copy_n(inputs_ + t * inputs, inputs, now);
            share_inputs(now);
            forward(now);
        }
        SurrogateTask<Real> task = surrogate_task(now, t);
        task.mean = static_cast<Real>(mean);
        task.inverse_deviation = static_cast<Real>(inverse_deviation);
        plan_.kernels.surrogate(task);
        backward(now);
    }
    return {gradient_, size};
}

template <class Real>
SurrogateTask<Real> BatchBlock<Real>::surrogate_task(const Real* sample, int step) const {
    const ActorCriticSettings& s = plan_.settings;
    const std::int64_t logits = at(plan_.policy.rows - plan_.policy.outputs);
    SurrogateTask<Real> task{};
    task.columns = columns_, task.actions = plan_.world.actions();
    task.logits = sample + logits, task.value = values_of(sample);
    task.logit_deltas = deltas_ + logits;
    task.value_deltas = deltas_ + (task.value - sample);
    task.action = action_ + at(step), task.possible = possible_ + at(step);
    task.probability = probability_ + at(step);
    task.advantage = advantage_ + at(step), task.target = target_ + at(step);
    task.share = share_;
    task.clip_ratio = static_cast<Real>(s.clip_ratio);
    task.value_weight = static_cast<Real>(s.value_weight);
    task.entropy_weight = static_cast<Real>(s.entropy_weight);
    return task;
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
