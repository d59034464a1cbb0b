// Random search over linear policies: each lane plays one episode of one candidate, and takes the
// next candidate as soon as the episode ends.
//
// Owns:      the refill of lanes from a buffer of candidates and reset states made in bulk.
// Must not:  know how results are ranked, or threads.
// Invariant: the return of an episode is a function of (keys, candidate, episode); lanes and their
//            neighbors only decide when it is played.
#pragma once

#include <lockstep/detail/block/step.hpp>
#include <lockstep/detail/policy/linear.hpp>

namespace lockstep {

// Plays `episodes` episodes of each candidate. Candidate c's weights are standard normals from
// counter (c, 0) of `search`; its episode e begins in the state in which world c begins its episode
// e, under the key `worlds.resets`.
template <class Real>
struct LinearSearch {
    Worlds<Real> worlds;  // parameters, choices, time limit and key of the resets; no columns
    Key search;
    const std::uint32_t* candidates;  // their ids; readable to the next multiple of sixteen
    std::uint32_t candidate_count, episodes;
    Real* returns;            // out: [episode][candidate]
    std::int64_t env_steps;   // out: steps that count toward a return
    std::int64_t lane_steps;  // out: lanes stepped, idle ones included
};

// The `count` weights of sixteen candidates.
template <class L>
LOCKSTEP_INLINE void candidate_weights(Key search, const typename L::u32& candidate,
                                       typename L::real* weights, int count) noexcept {
    Rng<L, Key, 2> rng(search, candidate, typename L::u32(0));
    for (int k = 0; k < count; k += 2) {
        const auto pair = rng.normals();
        weights[k] = pair.first;
        if (k + 1 < count) weights[k + 1] = pair.second;
    }
}

// Jobs prepared in bulk, in order.
template <class L, class Env>
class JobBuffer {
public:
    using real = typename L::real;
    using u32 = typename L::u32;
    using scalar = typename L::scalar;

    LOCKSTEP_INLINE JobBuffer(const LinearSearch<scalar>& task,
                              const ConstantsOf<L, Env>& constants) noexcept
        : task_(task), constants_(constants) {}

    // How many of `wanted` lanes (16 at most) can still get a job.
    LOCKSTEP_INLINE int available(int wanted) noexcept {
        if (position_ + wanted > made_) [[unlikely]]
            make();
        const std::uint32_t left = task_.candidate_count * task_.episodes - taken_;
        return left < static_cast<std::uint32_t>(wanted) ? static_cast<int>(left) : wanted;
    }
    // Gives the next `count` jobs to the lanes of `into`, which has that many bits set.
    LOCKSTEP_INLINE void take(int count, const typename L::mask& into, Linear<L, Env>& policy,
                              State<L, Env>& state, u32& job) noexcept {
        int k = 0;
        for (real& weight : policy.weights)
            weight = expand(into, columns_[k++] + position_, weight);
        for_each_column(state, [&](auto& column) { refill(column, into, columns_[k++]); });
        job = expand(into, jobs_ + position_, job);
        position_ += count;
        taken_ += static_cast<std::uint32_t>(count);
    }

private:
    // Moves the next elements into the lanes of `into`.
    template <class T>
    LOCKSTEP_INLINE void refill(T& column, const typename L::mask& into,
                                const scalar* first) noexcept {
        if constexpr (std::is_same_v<T, typename L::mask>) {
            u32 word = select(column, u32(1U), u32(0U));
            refill(word, into, first);
            column = word != u32(0U);
        } else {
            const auto* elements = reinterpret_cast<const typename T::value_type*>(first);
            column = expand(into, elements + position_, column);
        }
    }

    template <class T>
    LOCKSTEP_INLINE void move_to_front(scalar* first) noexcept {
        const T left = detail::load_column<L, T>(first, position_);
        detail::store_column<L>(left, first, 0);
    }

    static constexpr int capacity = 16 * lane_count;
    static constexpr int column_count = Linear<L, Env>::weight_count + Env::about.state_count();

    // Moves the remaining jobs to the front and fills up after them.
    LOCKSTEP_KERNEL [[gnu::noinline]] void make() noexcept {
        int k = 0;
        while (k < Linear<L, Env>::weight_count) move_to_front<real>(columns_[k++]);
        State<L, Env> types{};
        for_each_column(types, [&]<class T>(T&) { move_to_front<T>(columns_[k++]); });
        u32::load(jobs_ + position_).store(jobs_);
        made_ -= position_;
        position_ = 0;
        while (made_ + lane_count <= capacity) make_vector();
    }
    // One episode of sixteen candidates, or of those left: the next call overwrites the rest.
    LOCKSTEP_INLINE void make_vector() noexcept {
        const u32 number = u32(made_candidate_) + u32::iota();
        const u32 candidate = u32::load(task_.candidates + made_candidate_);
        Linear<L, Env> policy;
        candidate_weights<L>(task_.search, candidate, policy.weights, policy.weight_count);
        const State<L, Env> state =
            reset_state<L, Env>(task_.worlds.resets, candidate, u32(made_episode_), constants_);
        int k = 0;
        for (const real& weight : policy.weights) weight.store(columns_[k++] + made_);
        for_each_column(state, [&](const auto& column) {
            detail::store_column<L>(column, columns_[k++], made_);
        });
        (u32(made_episode_ * task_.candidate_count) + number).store(jobs_ + made_);
        const std::uint32_t left = task_.candidate_count - made_candidate_;
        made_ += static_cast<int>(left < lane_count ? left : lane_count);
        made_candidate_ += lane_count;
        if (left <= lane_count) made_candidate_ = 0, ++made_episode_;
    }

    const LinearSearch<scalar>& task_;
    const ConstantsOf<L, Env>& constants_;
    std::uint32_t taken_ = 0;
    std::uint32_t made_candidate_ = 0, made_episode_ = 0;
    int position_ = 0, made_ = 0;
    alignas(64) scalar columns_[column_count][capacity + lane_count];
    alignas(64) std::uint32_t jobs_[capacity + lane_count];
};

// Results in the order in which lanes finish, moved to their places in bulk.
template <class L>
class ResultLog {
public:
    LOCKSTEP_INLINE explicit ResultLog(typename L::scalar* returns) noexcept : returns_(returns) {}
    LOCKSTEP_INLINE void add(const typename L::mask& done, const typename L::u32& job,
                             const typename L::real& total) noexcept {
        if (count_ > capacity) [[unlikely]]
            flush();
        compress(done, job, jobs_ + count_);
        compress(done, total, totals_ + count_);
        count_ += __builtin_popcount(done.bits());
    }
    LOCKSTEP_INLINE void flush() noexcept {
        for (int i = 0; i < count_; ++i) returns_[jobs_[i]] = totals_[i];
        count_ = 0;
    }

private:
    static constexpr int capacity = 16 * lane_count;
    typename L::scalar* returns_;
    int count_ = 0;
    std::uint32_t jobs_[capacity + 2 * lane_count];
    typename L::scalar totals_[capacity + 2 * lane_count];
};

// Steps between two checks for finished lanes. An unpredictable branch per step would cost as much
// as the physics, a refill costs a vector as much as ten steps; on average, lanes idle half of it.
inline constexpr int longest_chunk = 20;

template <class L, class Env>
class LinearSearchLanes {
public:
    using real = typename L::real;
    using i32 = typename L::i32;
    using u32 = typename L::u32;
    using mask = typename L::mask;
    // Vectors in flight: as many as registers allow, to hide the latency of a step.
    static constexpr int search_vectors =
        L::real::parts >= 4 || large_state<L, Env> ? 1 : 4 / L::real::parts;

    LOCKSTEP_INLINE LinearSearchLanes(LinearSearch<typename L::scalar>& task,
                                      const ConstantsOf<L, Env>& constants) noexcept
        : task_(task), jobs_(task, constants), results_(task.returns) {
        for (int v = 0; v < search_vectors; ++v) {
            for (real& weight : policy_[v].weights) weight = real(0);
            for_each_column(play_[v].state, []<class T>(T& column) {
                if constexpr (std::is_same_v<T, mask>)
                    column = mask::none();
                else
                    column = T(0);
            });
            play_[v].alive = playing_[v] = mask::none();
            play_[v].total = real(0);
            age_[v] = i32(0);
            job_[v] = u32(0);
        }
    }

    LOCKSTEP_INLINE void run(const auto& constants) noexcept {
        int chunk = longest_chunk;
        while (task_.worlds.time_limit % chunk != 0) --chunk;
        task_.lane_steps = task_.env_steps = 0;
        while (refill_all(chunk)) {
            play(chunk, constants);
            task_.lane_steps += chunk * search_vectors * lane_count;
        }
        results_.flush();
    }

private:
    // What a step changes.
    struct Play {
        State<L, Env> state;
        real total;
        mask alive;
    };

    LOCKSTEP_INLINE void play(int chunk, const auto& constants) noexcept {
        Play play[search_vectors];
        WordPair<u32> counters[search_vectors];
        std::int64_t env_steps = 0;
#pragma GCC unroll 8
        for (int v = 0; v < search_vectors; ++v) {
            play[v] = play_[v];
            counters[v] = first_counters(job_[v], age_[v] - i32(chunk));
        }
        for (int k = 0; k < chunk; ++k) {
#pragma GCC unroll 8
            for (int v = 0; v < search_vectors; ++v) {
                env_steps += __builtin_popcount(play[v].alive.bits());
                Rng<L> random(task_.worlds.dynamics, counters[v].first,
                              counters[v].second + u32(static_cast<std::uint32_t>(k)));
                advance(play[v], policy_[v], constants, random);
            }
        }
#pragma GCC unroll 8
        for (int v = 0; v < search_vectors; ++v) play_[v] = play[v];
        task_.env_steps += env_steps;
    }
    LOCKSTEP_INLINE static void advance(Play& p, const Linear<L, Env>& policy,
                                        const auto& constants, Rng<L>& random) noexcept {
        real observation[Env::about.observation_count()];
        observe<L, Env>(p.state, observation);
        const auto action = as_action<L, Env>(policy.act(observation));
        const Step<L> step = step_worlds<L, Env>(p.state, action, constants, random);
        p.total = select(p.alive, p.total + step.reward, p.total);
        p.alive = p.alive & ~step.terminated;
    }

    // A step's counter follows from the number of the candidate and its steps so far, as if every
    // earlier episode had reached the time limit. The compiler drops the loops if no step draws.
    LOCKSTEP_INLINE WordPair<u32> first_counters(const u32& job, const i32& age) const noexcept {
        const auto limit = static_cast<std::uint32_t>(task_.worlds.time_limit);
        std::uint32_t jobs[lane_count], candidates[lane_count], times[lane_count];
        job.store(jobs);
        for (int i = 0; i < lane_count; ++i) {
            candidates[i] = task_.candidates[jobs[i] % task_.candidate_count];
            times[i] = jobs[i] / task_.candidate_count * limit;
        }
        return {u32::load(candidates), u32::load(times) + bit_cast<std::uint32_t>(age)};
    }

    // Whether any lane is still playing.
    LOCKSTEP_INLINE bool refill_all(int chunk) noexcept {
        std::uint32_t playing = 0;
        for (int v = 0; v < search_vectors; ++v) {
            const mask going = play_[v].alive & (age_[v] < i32(task_.worlds.time_limit));
            if (!all(going)) refill(v, going);
            age_[v] += i32(chunk);
            playing |= playing_[v].bits();
        }
        return playing != 0;
    }
    LOCKSTEP_INLINE void refill(int v, const mask& going) noexcept {
        Play& p = play_[v];
        results_.add(playing_[v] & ~going, job_[v], p.total);
        std::uint32_t free = (~going).bits();
        const int wanted = __builtin_popcount(free);
        const int count = jobs_.available(wanted);
        for (int i = count; i < wanted; ++i) free &= free - 1;
        const mask into = mask::from_bits(free);
        jobs_.take(count, into, policy_[v], p.state, job_[v]);
        playing_[v] = p.alive = going | into;
        p.total = select(into, real(0), p.total);
        age_[v] = select(into, i32(0), age_[v]);
    }

    LinearSearch<typename L::scalar>& task_;
    JobBuffer<L, Env> jobs_;
    ResultLog<L> results_;
    Play play_[search_vectors];
    Linear<L, Env> policy_[search_vectors];
    u32 job_[search_vectors];
    i32 age_[search_vectors];
    mask playing_[search_vectors];
};

template <class L, class Env>
LOCKSTEP_KERNEL void search_linear(LinearSearch<typename L::scalar>& task) noexcept {
    const ConstantsOf<L, Env> constants = prepare<L, Env>(task.worlds, 0, false);
    dispatch_common_case<L, Env>(constants, [&](const auto& special) LOCKSTEP_LAMBDA {
        LinearSearchLanes<L, Env>(task, constants).run(special);
    });
}

}  // namespace lockstep
