// Many steps of a block of worlds in one call, state in registers: the policy acts, the worlds
// step, finished worlds begin again in the same step.
//
// Must not:  differ from the same steps made one call at a time: `step.hpp` with same-step
//            autoreset is the reference and makes the last step of every rollout, and a test
//            compares all columns.
// Invariant: totals are kept per vector of worlds, so block size and threads cannot change them.
#pragma once

#include <lockstep/detail/block/step.hpp>
#include <lockstep/detail/policy/basic.hpp>
#include <lockstep/detail/policy/heuristic.hpp>
#include <lockstep/detail/policy/linear.hpp>
#include <lockstep/detail/policy/random.hpp>

namespace lockstep {

// How often lane sums are moved to doubles, before single precision loses much of them.
inline constexpr std::int64_t steps_between_flushes = 256;

template <class L, class Env, template <class, class> class P>
class RolloutVector {
public:
    using real = typename L::real;
    using i32 = typename L::i32;
    using mask = typename L::mask;

    LOCKSTEP_INLINE void begin(const Worlds<typename L::scalar>& w, std::int64_t at,
                               const PolicyData<typename L::scalar>& policy) noexcept {
        at_ = at;
        policy_ = P<L, Env>(policy, w, at);
        state_ = load_state<L, Env>(w.state, w.stride, at);
        const mask done = done_at<L>(w, at);
        length_ = select(done, i32(0), i32::load(w.episode_length + at));
        total_ = select(done, real(0), real::load(w.episode_return + at));
        episodes_ = steps_ = i32(0);
        sum_ = squares_ = real(0);
    }

    LOCKSTEP_INLINE void advance(const Worlds<typename L::scalar>& w, const auto& constants,
                                 Key dynamics, std::uint64_t time) noexcept {
        const auto action = act(time);
        Rng<L> rng = random(w, dynamics, time);
        const Step<L> step = Env::template step<L>(state_, action, constants, rng);
        finish(w, step);
    }
    // The same in parts.
    LOCKSTEP_INLINE void begin_step(const Worlds<typename L::scalar>& w, const auto& constants,
                                    Key dynamics, std::uint64_t time, auto& work) noexcept {
        const auto action = act(time);
        Rng<L> rng = random(w, dynamics, time);
        Env::template begin_step<L>(state_, action, constants, rng, work);
    }
    LOCKSTEP_INLINE void end_step(const Worlds<typename L::scalar>& w, auto& work) noexcept {
        finish(w, Env::template end_step<L>(work, state_));
    }

    // Adds the lane sums to `totals` in lane order, and clears them.
    LOCKSTEP_INLINE void flush(const Worlds<typename L::scalar>& w,
                               EpisodeTotals& totals) noexcept {
        std::int32_t episodes[lane_count], steps[lane_count];
        typename L::scalar sums[lane_count], squares[lane_count];
        episodes_.store(episodes), steps_.store(steps);
        sum_.store(sums), squares_.store(squares);
        for (int i = 0; i < lane_count && at_ + i < w.count; ++i) {
            totals.episodes += episodes[i];
            totals.steps += steps[i];
            totals.return_sum += sums[i];
            totals.return_square_sum += squares[i];
        }
        episodes_ = steps_ = i32(0);
        sum_ = squares_ = real(0);
    }

    // Leaves the worlds as after a step that ended no episode.
    LOCKSTEP_INLINE void end(const Worlds<typename L::scalar>& w) const noexcept {
        store_world<L, Env>(w, at_, state_);
        mask::none().store(w.terminated + at_);
        mask::none().store(w.truncated + at_);
        w.done[at_ / lane_count] = 0;
        length_.store(w.episode_length + at_);
        total_.store(w.episode_return + at_);
    }

private:
    LOCKSTEP_INLINE auto act(std::uint64_t time) noexcept {
        real observation[Env::about.observation_count()];
        observe<L, Env>(state_, observation);
        policy_.at_time(time);
        return as_action<L, Env>(policy_.act(observation));
    }
    LOCKSTEP_INLINE Rng<L> random(const Worlds<typename L::scalar>& w, Key dynamics,
                                  std::uint64_t time) const noexcept {
        return Rng<L>(dynamics, world_ids<L>(w.first_id, at_),
                      typename L::u32(static_cast<std::uint32_t>(time)));
    }
    LOCKSTEP_INLINE void finish(const Worlds<typename L::scalar>& w, const Step<L>& step) noexcept {
        length_ += i32(1);
        total_ += step.reward;
        const mask done = step.terminated | (length_ >= i32(w.time_limit));
        consume_reset<L, Env>(w, at_, done, state_);
        episodes_ = select(done, episodes_ + i32(1), episodes_);
        steps_ = select(done, steps_ + length_, steps_);
        sum_ = select(done, sum_ + total_, sum_);
        squares_ = select(done, fma(total_, total_, squares_), squares_);
        length_ = select(done, i32(0), length_);
        total_ = select(done, real(0), total_);
    }

    std::int64_t at_;
    P<L, Env> policy_;
    State<L, Env> state_;
    i32 length_, episodes_, steps_;
    real total_, sum_, squares_;
};

// V vectors from `at` on, in flight together to hide each other's latency.
template <int V, class L, class Env, template <class, class> class P>
LOCKSTEP_INLINE void rollout_vectors(const Worlds<typename L::scalar>& w, std::int64_t at,
                                     std::int64_t steps,
                                     const PolicyData<typename L::scalar>& policy,
                                     EpisodeTotals* totals, const auto& constants) noexcept {
    RolloutVector<L, Env, P> vectors[V];
#pragma GCC unroll 4
    for (int v = 0; v < V; ++v) vectors[v].begin(w, at + std::int64_t{v} * lane_count, policy);
    for (std::int64_t done = 0; done < steps;) {
        const std::int64_t left = steps - done;
        const std::int64_t chunk = left < steps_between_flushes ? left : steps_between_flushes;
        for (std::int64_t t = done; t < done + chunk; ++t) {
            const std::uint64_t time = w.time + static_cast<std::uint64_t>(t);
            const Key dynamics = at_epoch(w.dynamics, time);
#pragma GCC unroll 4
            for (int v = 0; v < V; ++v) vectors[v].advance(w, constants, dynamics, time);
        }
        for (int v = 0; v < V; ++v) vectors[v].flush(w, totals[v]);
        done += chunk;
    }
    for (int v = 0; v < V; ++v) vectors[v].end(w);
}

// The same for up to vectors_together vectors of an environment that steps in parts.
template <class L, class Env, template <class, class> class P>
LOCKSTEP_INLINE void rollout_in_parts(const Worlds<typename L::scalar>& w, std::int64_t at,
                                      int count, std::int64_t steps,
                                      const PolicyData<typename L::scalar>& policy,
                                      EpisodeTotals* totals) noexcept {
    RolloutVector<L, Env, P> vectors[vectors_together];
    typename Env::template Work<L> work[vectors_together];
    for (int v = 0; v < count; ++v) vectors[v].begin(w, at + std::int64_t{v} * lane_count, policy);
    for (std::int64_t t = 0; t < steps; ++t) {
        const std::uint64_t time = w.time + static_cast<std::uint64_t>(t);
        const Key dynamics = at_epoch(w.dynamics, time);
        for (int v = 0; v < count; ++v) {
            vectors[v].begin_step(w, prepare<L, Env>(w, at + std::int64_t{v} * lane_count, false),
                                  dynamics, time, work[v]);
        }
        Env::template advance<L>(work, count);
        for (int v = 0; v < count; ++v) {
            vectors[v].end_step(w, work[v]);
            if ((t + 1) % steps_between_flushes == 0 || t + 1 == steps)
                vectors[v].flush(w, totals[v]);
        }
    }
    for (int v = 0; v < count; ++v) vectors[v].end(w);
}

// The actions that a policy takes now, starting with the world at `begin`.
template <class L, class Env, template <class, class> class P>
LOCKSTEP_KERNEL [[gnu::noinline]] void act_block(
    const Worlds<typename L::scalar>& w, std::int64_t begin, std::int64_t end,
    const PolicyData<typename L::scalar>& data,
    const ChosenActions<typename L::scalar>& actions) noexcept {
    for (std::int64_t at = begin; at < end; at += lane_count) {
        P<L, Env> policy(data, w, at);
        policy.at_time(w.time);
        typename L::real observation[Env::about.observation_count()];
        observe<L, Env>(load_state<L, Env>(w.state, w.stride, at), observation);
        if constexpr (HasActionColumns<Env, L>) {
            const auto chosen = policy.act(observation);
            typename L::scalar* to = actions.value + at - begin;
            for (const auto& column : chosen.column) column.store(to), to += actions.stride;
        } else {
            const typename L::i32 chosen = policy.act(observation);
            chosen.store(actions.number + at - begin);
        }
    }
}

// The last step of a rollout of the worlds [at, end), by the kernel for single steps, since that
// writes every output.
template <int most, class L, class Env, template <class, class> class P>
LOCKSTEP_INLINE void last_step(const Worlds<typename L::scalar>& w, std::int64_t at,
                               std::int64_t end, const PolicyData<typename L::scalar>& policy,
                               EpisodeTotals* totals) noexcept {
    constexpr int columns = Env::about.action_column_count();
    std::int32_t number[most];
    typename L::scalar value[columns > 0 ? columns : 1][most];
    act_block<L, Env, P>(w, at, end, policy, {number, value[0], most});
    // Both pointers are shifted so that the block's indices apply.
    step_block<L, Env, Autoreset::same_step>(w, at, end, {number - at, value[0] - at, most});
    for (std::int64_t i = at; i < end && i < w.count; ++i) {
        if (w.terminated[i] == 0 && w.truncated[i] == 0) continue;
        const double total = w.episode_return[i];
        EpisodeTotals& sums = totals[(i - at) / lane_count];
        sums.episodes += 1;
        sums.steps += w.episode_length[i];
        sums.return_sum += total;
        sums.return_square_sum += total * total;
    }
}

// `steps` >= 1 steps of the worlds [begin, end). totals[i] belongs to the vector at begin + 16 i.
template <class L, class Env, template <class, class> class P>
LOCKSTEP_KERNEL void rollout_block(const Worlds<typename L::scalar>& w, std::int64_t begin,
                                   std::int64_t end, std::int64_t steps,
                                   const PolicyData<typename L::scalar>& policy,
                                   EpisodeTotals* totals) noexcept {
    std::int64_t at = begin;
    if constexpr (StepsInParts<Env, L>) {
        constexpr std::int64_t group = std::int64_t{vectors_together} * lane_count;
        for (; at < end; at += group) {
            const std::int64_t here = end - at < group ? end - at : group;
            rollout_in_parts<L, Env, P>(w, at, static_cast<int>(here / lane_count), steps - 1,
                                        policy, totals + (at - begin) / lane_count);
        }
    } else {
        constexpr std::int64_t vectors_in_flight = L::real::parts == 1 ? 3 : 1;
        if (vectors_in_flight > 1 && !w.parameter_per_world) {
            dispatch_common_case<L, Env>(prepare<L, Env>(w, begin, false),
                                         [&](const auto& constants) LOCKSTEP_LAMBDA {
                                             for (; at + vectors_in_flight * lane_count <= end;
                                                  at += vectors_in_flight * lane_count) {
                                                 rollout_vectors<vectors_in_flight, L, Env, P>(
                                                     w, at, steps - 1, policy,
                                                     totals + (at - begin) / lane_count, constants);
                                             }
                                         });
        }
        for (; at < end; at += lane_count) {
            rollout_vectors<1, L, Env, P>(w, at, steps - 1, policy,
                                          totals + (at - begin) / lane_count,
                                          prepare<L, Env>(w, at, false));
        }
    }
    Worlds<typename L::scalar> last = w;
    last.time += static_cast<std::uint64_t>(steps - 1);
    constexpr int together = lane_count * (StepsInParts<Env, L> ? vectors_together : 1);
    for (at = begin; at < end; at += together) {
        last_step<together, L, Env, P>(last, at, end - at < together ? end : at + together, policy,
                                       totals + (at - begin) / lane_count);
    }
}

}  // namespace lockstep
