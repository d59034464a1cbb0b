// Tabular learners in lanes: each lane acts in a world of its own, from its own table or a shared
// one, and learns after every step.
//
// Owns:      the learners' episodes, and their record.
// Must not:  know which learner takes a lane next, or threads.
// Invariant: what a learner learns is a function of its keys, its settings and its world, never of
//            its lane or its neighbors.
#pragma once

#include <lockstep/detail/block/worlds.hpp>
#include <lockstep/detail/tabular/rules.hpp>

namespace lockstep {

// Whether the environment numbers its states.
template <class Env, class L>
concept Discrete = requires(const State<L, Env>& state, const ConstantsOf<L, Env>& constants) {
    Env::template state_index<L>(state, constants);
    Env::template state_count<L>(constants);
};

template <class L, class Env>
class TabularVector {
public:
    using scalar = typename L::scalar;
    using real = typename L::real;
    using i32 = typename L::i32;
    using u32 = typename L::u32;
    using mask = typename L::mask;
    using Lanes = TabularLanes<scalar>;
    using Task = TabularTask<scalar>;

    LOCKSTEP_INLINE TabularVector(const Task& task, Lanes& lanes,
                                  const ConstantsOf<L, Env>& constants) noexcept
        : task_(task),
          lanes_(lanes),
          constants_(constants),
          learners_{task, lanes, real::load(lanes.epsilon), i32::load(lanes.action),
                    u32::load(lanes.time)} {
        state_ = load_state<L, Env>(lanes.state[0], lane_count);
        total_ = real::load(lanes.total);
        length_ = i32::load(lanes.length);
        episode_ = u32::load(lanes.episode);
        episodes_left_ = i32::load(lanes.episodes_left);
        steps_left_ = i32::load(lanes.steps_left);
        begin(mask::from_bits(lanes.fresh));
        lanes.fresh = 0;
    }

    // Returns the number of lanes that stepped, summed over the steps.
    LOCKSTEP_INLINE std::int64_t run(int steps) noexcept {
        std::int64_t stepped = 0;
        for (int t = 0; t < steps; ++t) {
            const mask active = (episodes_left_ > i32(0)) & (steps_left_ > i32(0));
            const std::uint32_t bits = active.bits();
            if (bits == 0) break;
            stepped += __builtin_popcount(bits);
            step(active);
        }
        return stepped;
    }

    LOCKSTEP_INLINE void store() noexcept {
        store_state<L, Env>(state_, lanes_.state[0], lane_count);
        total_.store(lanes_.total), learners_.epsilon.store(lanes_.epsilon);
        length_.store(lanes_.length), learners_.action.store(lanes_.action);
        episode_.store(lanes_.episode), learners_.time.store(lanes_.time);
        episodes_left_.store(lanes_.episodes_left);
        steps_left_.store(lanes_.steps_left);
    }

private:
    LOCKSTEP_INLINE TableRow<L> place() const noexcept {
        const i32 number = Env::template state_index<L>(state_, constants_);
        const int actions = task_.actions;
        u32 legal(actions == 32 ? ~0U : (1U << actions) - 1U);
        if constexpr (HasTables<Env, L>) {
            const TransitionTables& model = *constants_.model;
            if (model.legal != nullptr)
                legal = gather(model.legal, constants_.row + truncated(state_.state));
        }
        return {i32::load(lanes_.table) + number * i32(actions), legal};
    }

    LOCKSTEP_INLINE void step(const mask& active) noexcept {
        TabularMove<L> move;
        move.from = place();
        move.words = learners_.words();
        move.action = task_.target == Target::sarsa
                          ? learners_.action
                          : tabular_choice<L>(learners_, move.from, move.words);
        Rng<L, LaneKey<u32>> rng(load_key<L>(lanes_.dynamics), u32::load(lanes_.id),
                                 learners_.time);
        const Step<L> step = step_worlds<L, Env>(state_, move.action, constants_, rng);
        move.reward = step.reward, move.terminated = step.terminated;
        move.active = active, move.before = length_;
        if (task_.path.element != nullptr) keep(move);
        learners_.time += u32(1U);
        length_ += i32(1);
        steps_left_ = steps_left_ - i32(1);
        total_ += step.reward;
        if (!task_.frozen) {
            move.to = place();
            tabular_update(learners_, move);
        }
        const mask done = step.terminated | (length_ >= i32(task_.worlds.time_limit));
        if (any(done & active)) end_episodes(done, active, step);
    }

    LOCKSTEP_KERNEL [[gnu::noinline]] void keep(const TabularMove<L>& move) const noexcept {
        const i32 at = i32::iota() * i32(task_.path.stride) + length_;
        const i32 element = move.from.base - i32::load(lanes_.table) + move.action;
        scatter(task_.path.element, at, element, move.active);
        scatter(task_.path.reward, at, move.reward, move.active);
    }

    LOCKSTEP_KERNEL [[gnu::noinline]] void end_episodes(const mask& done, const mask& active,
                                                        const Step<L>& step) noexcept {
        record(done & active, step);
        episodes_left_ = select(done, episodes_left_ - i32(1), episodes_left_);
        episode_ = select(done, episode_ + u32(1U), episode_);
        begin(done);
    }
    LOCKSTEP_INLINE void record(const mask& ended, const Step<L>& step) noexcept {
        const EpisodeLog<scalar>& log = task_.log;
        if (log.returns == nullptr) return;
        scalar returns[lane_count], rewards[lane_count], last[lane_count];
        std::int32_t lengths[lane_count];
        total_.store(returns), step.reward.store(rewards), length_.store(lengths);
        to_real<L>(Env::template state_index<L>(state_, constants_)).store(last);
        for (std::uint32_t bits = ended.bits(); bits != 0; bits &= bits - 1) {
            const int lane = __builtin_ctz(bits);
            const std::int64_t at = lanes_.log[lane]++;
            log.returns[at] = returns[lane];
            if (log.lengths == nullptr) continue;
            log.lengths[at] = lengths[lane];
            log.last_reward[at] = rewards[lane];
            log.last_state[at] = static_cast<std::int32_t>(last[lane]);
        }
    }
    // Begins the next episode in the lanes of `here`.
    LOCKSTEP_KERNEL [[gnu::noinline]] void begin(const mask& here) noexcept {
        if (!any(here)) return;
        const State<L, Env> fresh = reset_state<L, Env>(load_key<L>(lanes_.resets),
                                                        u32::load(lanes_.id), episode_, constants_);
        replace_state<L, Env>(here, state_, fresh);
        total_ = select(here, real(0), total_);
        length_ = select(here, i32(0), length_);
        const real slope = real::load(lanes_.epsilon_slope);
        const real epsilon = fma(to_real<L>(bit_cast<std::int32_t>(episode_)), -slope,
                                 real::load(lanes_.epsilon_first));
        const real least = real::load(lanes_.epsilon_last);
        learners_.epsilon =
            select(here, select(epsilon > least, epsilon, least), learners_.epsilon);
        if (task_.target == Target::sarsa && !task_.frozen) {
            const i32 action = tabular_choice<L>(learners_, place(), learners_.words());
            learners_.action = select(here, action, learners_.action);
        }
    }

    const Task& task_;
    Lanes& lanes_;
    const ConstantsOf<L, Env>& constants_;
    TabularLearners<L> learners_;
    State<L, Env> state_;
    real total_;
    i32 length_, episodes_left_, steps_left_;
    u32 episode_;
};

// Steps sixteen learners `steps` times, or until all of them are done.
template <class L, class Env>
LOCKSTEP_KERNEL std::int64_t learn_tabular(const TabularTask<typename L::scalar>& task,
                                           TabularLanes<typename L::scalar>& lanes,
                                           int steps) noexcept {
    const ConstantsOf<L, Env> constants = prepare<L, Env>(task.worlds, 0, false);
    TabularVector<L, Env> vector(task, lanes, constants);
    const std::int64_t stepped = vector.run(steps);
    vector.store();
    return stepped;
}

// The number of states that the environment distinguishes.
template <class L, class Env>
LOCKSTEP_KERNEL std::int64_t state_count(const Worlds<typename L::scalar>& worlds) noexcept {
    return Env::template state_count<L>(prepare<L, Env>(worlds, 0, false));
}

}  // namespace lockstep
