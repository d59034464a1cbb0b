
#include "agents/reinforce/lanes.hpp"

#include <algorithm>
#include <cstring>
#include <string>

#include <lockstep/error.hpp>

#include "agents/agent/state_bytes.hpp"
#include "agents/network/lane_state_fields.hpp"

namespace lockstep {

template <class Real>
ReinforceVector<Real>::ReinforceVector(const NetworkEnv<Real>& world,
                                       const ReinforceStructure& structure,
                                       ReinforceWorkspace<Real>& workspace)
    : world_(world),
      structure_(structure),
      inputs_(world.inputs()),
      room_(workspace),
      worlds_(world.make_worlds()) {
    for (int lane = 0; lane < lane_count; ++lane)
        learners_.emplace_back(world.networks(), structure);
    keep_rows(lanes_, *worlds_);
    lanes_.adopt(actions_[0], 2);
    lanes_.adopt(&sees_[0], 1);
    parameters_ = scratch_.rows<Real>(structure.policy_parameters());
    sample_ = scratch_.rows<Real>(structure.policy.rows);
    uniforms_ = scratch_.rows<Real>(block_steps);
    probabilities_ = scratch_.rows<Real>(structure.policy.outputs);
    drawn_ = scratch_.rows<Real>(structure.columns);
    clipped_ = scratch_.rows<Real>(structure.columns);
    const std::int64_t rows = structure.step_rows();
    recent_ = scratch_.rows<Real>(rows * block_steps);
    nowhere_ = scratch_.rows<Real>(rows * learners_[0].stride() / lane_count + 1);
}

template <class Real>
void ReinforceVector<Real>::assign_lane(int lane, const ReinforceSettings& settings,
                                        std::uint64_t seed) {
    const LearnerKeys keys = learner_keys(seed, Stream::resets);
    lanes_.clear(lane);
    world_.give_lane(*worlds_, lane, keys, 0);
    put_key(actions_, lane, keys.actions);
    learners_[static_cast<std::size_t>(lane)].begin(settings, keys);
    bootstraps_[lane] = settings.bootstrap;
    origin_[lane] = 0;
    occupied_ |= 1U << lane, begins_ |= 1U << lane;
    write_observation(lane);
}

template <class Real>
std::vector<Real> ReinforceVector<Real>::resume(int lane, const ReinforceSettings& settings,
                                                std::span<const std::byte> saved) {
    std::span<const std::byte> rest = saved;
    const auto take = [&](std::size_t bytes) {
        if (rest.size() < bytes) {
            throw ConfigError("a state of " + std::to_string(saved.size()) +
                              " bytes, where a lane's alone has " + std::to_string(bytes));
        }
        const auto taken = rest.first(bytes);
        rest = rest.subspan(bytes);
        return taken;
    };
    entering_[lane] = take(lane_bytes());
    lanes_.load(lane, entering_[lane]);
    const bool sees = sees_[lane] != 0;
    entering_sight_[lane] = take(sees ? static_cast<std::size_t>(inputs_) * sizeof(Real) : 0);
    const auto log = learners_[static_cast<std::size_t>(lane)].resume(settings, rest);
    std::vector<Real> returns = elements_of<Real>(log);
    if (static_cast<std::int64_t>(returns.size()) != learner(lane).episodes())
        throw ConfigError("a state whose returns are not those of its episodes");
    bootstraps_[lane] = settings.bootstrap;
    waiting_ |= 1U << lane;
    const int slot = entry_slot_[lane] = static_cast<int>(worlds_->time[lane] % block_steps);
    origin_[lane] = learner(lane).pending_steps() - slot;
    // The block's draws are made for its first step, so the time goes back to it.
    worlds_->time[lane] -= static_cast<std::uint32_t>(slot);
    write_observation(lane);
    return returns;
}

// A resumed learner enters at the step of the block at which it had stopped.
template <class Real>
void ReinforceVector<Real>::resume_lane(int slot) {
    for_lanes(waiting_, [&](int lane) {
        if (entry_slot_[lane] != slot) return;
        lanes_.load(lane, entering_[lane]);
        restore_block(lane, slot);
        waiting_ &= ~(1U << lane);
        occupied_ |= 1U << lane;
        if (sees_[lane] == 0) {
            begins_ |= 1U << lane;
            return;
        }
        begins_ &= ~(1U << lane);  // the lane's former learner may have left it set
        const std::byte* from = entering_sight_[lane].data();
        for (int r = 0; r < inputs_; ++r, from += sizeof(Real))
            std::memcpy(sample_ + r * lane_count + lane, from, sizeof(Real));
    });
}

// Restores what the learner did in this block before it stopped, so that the block's end deals it
// out again.
template <class Real>
void ReinforceVector<Real>::restore_block(int lane, int end) {
    ReinforceLearner<Real>& learner = learners_[static_cast<std::size_t>(lane)];
    const std::int64_t origin = origin_[lane];
    for (int t = 0; t < end; ++t) {
        for (int r = 0; r < structure_.step_rows(); ++r)
            recent(r, t)[lane] = learner.rows(origin)[r * learner.stride() + t];
        action_[t][lane] = learner.actions(origin)[t];
        if (structure_.masked) legal_[t][lane] = learner.legal(origin)[t];
    }
}

template <class Real>
std::vector<std::byte> ReinforceVector<Real>::save(int lane, int slot,
                                                   std::span<const Real> returns) {
    if (learner(lane).pending_steps() > 0) transpose_to_learners(lane, slot + 1);
    return save(lane, std::int64_t{0}, returns);
}

template <class Real>
std::vector<std::byte> ReinforceVector<Real>::save(int lane, std::span<const Real> returns) {
    return save(lane, steps_under_way(lane), returns);
}

template <class Real>
std::vector<std::byte> ReinforceVector<Real>::save(int lane, std::int64_t under_way,
                                                   std::span<const Real> returns) {
    sees_[lane] = under_way > 0 ? 1 : 0;
    std::vector<std::byte> saved = lanes_.save(lane);
    const auto append = [&](std::span<const std::byte> part) {
        saved.insert(saved.end(), part.begin(), part.end());
    };
    for (int r = 0; r < inputs_ && under_way > 0; ++r)
        append(std::as_bytes(std::span(sample_ + r * lane_count + lane, 1)));
    append(learners_[static_cast<std::size_t>(lane)].state(under_way));
    append(std::as_bytes(returns));
    return saved;
}

// Copies the learner's parameters into its lane, so that it acts by them.
template <class Real>
void ReinforceVector<Real>::write_observation(int lane) {
    Real* to = parameters_ + lane;
    for (const Real parameter : learner(lane).policy()) *to = parameter, to += lane_count;
}

template <class Real>
void ReinforceVector<Real>::begin_block() {
    LaneWords pairs;
    for (int lane = 0; lane < lane_count; ++lane) pairs[lane] = worlds_->time[lane] / 2;
    world_.networks().draw_uniforms(actions_, worlds_->id, pairs, block_steps, uniforms_);
}

template <class Real>
void ReinforceVector<Real>::forward_lanes(int slot) {
    if (waiting_ != 0) resume_lane(slot);
    if (begins_ != 0) world_.play().begin_episodes(world_.worlds(), *worlds_, begins_, sample_);
    begins_ = 0;
    for (int r = 0; r < inputs_; ++r)
        std::copy_n(sample_ + r * lane_count, lane_count, recent(r, slot));
    if (structure_.masked) std::copy_n(worlds_->legal, lane_count, legal_[slot]);
    world_.networks().forward(structure_.policy, parameters_, sample_, 1);
}

template <class Real>
void ReinforceVector<Real>::act(int slot) {
    const NetworkShape& shape = structure_.policy;
    const Real* outputs = sample_ + std::int64_t{shape.rows - shape.outputs} * lane_count;
    if (structure_.columns > 0) return draw(slot, outputs);
    world_.networks().choose(outputs, shape.outputs, uniforms_ + slot * lane_count, worlds_->legal,
                             probabilities_, action_[slot]);
}

template <class Real>
void ReinforceVector<Real>::draw(int slot, const Real* means) {
    const Real* log_std = parameters_ + std::int64_t{structure_.policy.parameters} * lane_count;
    world_.networks().draw_gaussian({structure_.columns, means, log_std, world_.bounds().low.data(),
                                     world_.bounds().high.data(), drawn_, clipped_, nullptr},
                                    &actions_, worlds_->id, worlds_->time);
    for (int k = 0; k < structure_.columns; ++k)
        std::copy_n(drawn_ + k * lane_count, lane_count, recent(inputs_ + k, slot));
}

template <class Real>
void ReinforceVector<Real>::step_worlds(int slot) {
    const Actions<Real> actions = structure_.columns > 0
                                      ? Actions<Real>{.value = clipped_, .stride = lane_count}
                                      : Actions<Real>{.number = action_[slot]};
    world_.play().play(world_.worlds(), *worlds_, actions, sample_);
    std::copy_n(worlds_->reward, lane_count, recent(structure_.step_rows() - 1, slot));
}

template <class Real>
std::uint32_t ReinforceVector<Real>::learn(int slot) {
    const std::uint32_t done = (worlds_->terminated | worlds_->truncated) & occupied_;
    for_lanes(done, [&](int lane) { end_episode(lane, slot); });
    begins_ |= done;
    return done;
}

template <class Real>
void ReinforceVector<Real>::end_episode(int lane, int slot) {
    ReinforceLearner<Real>& learner = learners_[static_cast<std::size_t>(lane)];
    ended_return_[lane] = worlds_->total[lane];
    const bool cut = (worlds_->terminated >> lane & 1U) == 0;
    const Real after = cut && bootstraps_[lane] ? learner.value_of(sample_, lane, room_) : Real(0);
    if (!learner.end_episode(worlds_->length[lane], after)) return;
    transpose_to_learners(lane, slot + 1);
    learner.learn(room_);
    write_observation(lane);
    origin_[lane] = -(slot + 1);
}

// Hands the block's first `end` steps to one learner.
template <class Real>
void ReinforceVector<Real>::transpose_to_learners(int lane, int end) {
    ReinforceLearner<Real>& learner = learners_[static_cast<std::size_t>(lane)];
    const std::int64_t origin = origin_[lane];
    const int first = origin < 0 ? static_cast<int>(-origin) : 0;
    for (int r = 0; r < structure_.step_rows(); ++r) {
        Real* to = learner.rows(origin) + r * learner.stride();
        for (int t = first; t < end; ++t) to[t] = recent(r, t)[lane];
    }
    std::uint8_t* actions = learner.actions(origin);
    for (int t = first; t < end; ++t) actions[t] = static_cast<std::uint8_t>(action_[t][lane]);
    if (std::uint32_t* legal = learner.legal(origin); legal != nullptr) {
        for (int t = first; t < end; ++t) legal[t] = legal_[t][lane];
    }
}

template <class Real>
void ReinforceVector<Real>::end_block() {
    Real* to[lane_count];
    for (int lane = 0; lane < lane_count; ++lane) {
        const bool there = (occupied_ >> lane & 1U) != 0;
        ReinforceLearner<Real>& learner = learners_[static_cast<std::size_t>(lane)];
        to[lane] = there ? learner.rows(origin_[lane]) : nowhere_;
        if (!there) continue;
        std::uint8_t* actions = learner.actions(origin_[lane]);
        for (int t = 0; t < block_steps; ++t)
            actions[t] = static_cast<std::uint8_t>(action_[t][lane]);
        if (std::uint32_t* legal = learner.legal(origin_[lane]); legal != nullptr) {
            for (int t = 0; t < block_steps; ++t) legal[t] = legal_[t][lane];
        }
        origin_[lane] += block_steps;
    }
    world_.networks().transpose_to_learners(recent_, structure_.step_rows(), to,
                                            learners_[0].stride());
}

template class ReinforceVector<float>;
template class ReinforceVector<double>;

}  // namespace lockstep
