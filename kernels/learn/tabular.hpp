// Tabular learners in lanes: each lane acts in a world of its own, from a table of its own or a
// shared one, and learns after every step.
//
// Owns:      exploration, targets and learning rates of Q-learning and its relatives, and the
//            record of episodes.
// Must not:  know which learner takes a lane next, or threads.
// Invariant: what a learner learns is a function of its keys, its settings and its world, never of
//            its lane or its neighbours.
#pragma once

#include <type_traits>

#include <lockstep/kernels/learn/tabular_task.hpp>
#include <lockstep/kernels/policy/possible.hpp>
#include <lockstep/kernels/worlds.hpp>

namespace lockstep {

// The environment numbers its states.
template <class Env, class L>
concept Numbered = requires(const State<L, Env>& state, const World<L, Env>& world) {
    Env::template state_number<L>(state, world);
    Env::template state_numbers<L>(world);
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
                                  const World<L, Env>& world) noexcept
        : task_(task), lanes_(lanes), world_(world), actions_(task.actions) {
        state_ = load_state<L, Env>(lanes.state[0], lane_count);
        total_ = real::load(lanes.total), epsilon_ = real::load(lanes.epsilon);
        length_ = i32::load(lanes.length), action_ = i32::load(lanes.action);
        episode_ = u32::load(lanes.episode), time_ = u32::load(lanes.time);
        episodes_left_ = i32::load(lanes.episodes_left);
        steps_left_ = i32::load(lanes.steps_left);
        begin(mask::from_bits(lanes.fresh));
        lanes.fresh = 0;
    }

    // Returns the lanes that stepped, summed over the steps.
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
        total_.store(lanes_.total), epsilon_.store(lanes_.epsilon);
        length_.store(lanes_.length), action_.store(lanes_.action);
        episode_.store(lanes_.episode), time_.store(lanes_.time);
        episodes_left_.store(lanes_.episodes_left);
        steps_left_.store(lanes_.steps_left);
    }

private:
    // What is known of the state that a lane is in.
    struct Place {
        i32 base;      // of its row, in the table's elements
        u32 possible;  // a bit an action
    };

    LOCKSTEP_INLINE LaneKey<u32> key(const std::uint32_t (&words)[2][lane_count]) const noexcept {
        return {{u32::load(words[0]), u32::load(words[1])}};
    }
    LOCKSTEP_INLINE Place place() const noexcept {
        const i32 number = Env::template state_number<L>(state_, world_);
        const u32 all(actions_ == 32 ? ~0U : (1U << actions_) - 1U);
        u32 possible = all;
        if constexpr (HasTables<Env, L>) {
            const Model& model = *world_.model;
            if (model.possible != nullptr)
                possible = gather(model.possible, world_.row + truncated(state_.state));
        }
        return {i32::load(lanes_.table) + number * i32(actions_), possible};
    }
    LOCKSTEP_INLINE mask open(const Place& at, int action) const noexcept {
        return ((at.possible >> action) & u32(1U)) != u32(0U);
    }
    // Values by which the lane acts: the table's, or the sum of both tables.
    LOCKSTEP_INLINE real value(const Place& at, int action) const noexcept {
        real q = gather(task_.table, at.base + i32(action));
        if (task_.target == Target::double_q)
            q += gather(task_.table, at.base + i32(action + task_.table_size));
        return q;
    }

    // The actions of the highest score, a bit each; or the first of them.
    template <bool all>
    LOCKSTEP_INLINE auto best(const Place& at, auto&& score) const noexcept {
        using Found = std::conditional_t<all, u32, i32>;
        real high = score(0);
        Found found(all ? 1 : 0);
        if (task_.some_impossible) {
            high = select(open(at, 0), high, real(lowest));
            if constexpr (all) found = found & at.possible;
        }
        for (int a = 1; a < actions_; ++a) {
            const real q = score(a);
            mask better = q > high;
            if (task_.some_impossible) better = better & open(at, a);
            if constexpr (all) {
                mask equal = q == high;
                if (task_.some_impossible) equal = equal & open(at, a);
                found = select(equal, found | u32(1U << a), found);
            }
            high = select(better, q, high);
            found = select(better, Found(all ? 1U << a : static_cast<std::uint32_t>(a)), found);
        }
        return found;
    }
    template <bool all>
    LOCKSTEP_KERNEL [[gnu::noinline]] auto greedy(const Place& at) const noexcept {
        return best<all>(at, [&](int a) LOCKSTEP_LAMBDA { return value(at, a); });
    }
    // Auer, Cesa-Bianchi and Fischer 2002, with the slides' guard against division by zero.
    template <bool all>
    LOCKSTEP_KERNEL [[gnu::noinline]] auto upper_bound(const Place& at) const noexcept {
        real visits(1);
        for (int a = 0; a < actions_; ++a) visits += gather(task_.count, at.base + i32(a));
        const real wide = log(visits);
        const real c = real::load(lanes_.exploration);
        return best<all>(at, [&](int a) LOCKSTEP_LAMBDA {
            const real tried = gather(task_.count, at.base + i32(a)) + real(1e-5);
            return value(at, a) + c * sqrt(wide / tried);
        });
    }
    // Unnormalised probabilities: exp(q / temperature), or q - min q + offset. Returns their sum.
    LOCKSTEP_KERNEL [[gnu::noinline]] real weights(const Place& at, real* weight) const noexcept {
        const real setting = real::load(lanes_.exploration);
        const bool softmax = task_.exploration == Exploration::softmax;
        real border = real(softmax ? lowest : highest);
        for (int a = 0; a < actions_; ++a) {
            weight[a] = value(at, a);
            const mask beyond = open(at, a) & (softmax ? weight[a] > border : weight[a] < border);
            border = select(beyond, weight[a], border);
        }
        real sum(0);
        for (int a = 0; a < actions_; ++a) {
            const real above = weight[a] - border;
            weight[a] = softmax ? exp(above / setting) : above + setting;
            if (task_.some_impossible) weight[a] = select(open(at, a), weight[a], real(0));
            sum += weight[a];
        }
        return sum;
    }
    LOCKSTEP_INLINE i32 drawn(const Place& at, const u32& word) const noexcept {
        real weight[most_tabular_actions];
        const real goal = weights(at, weight) * uniform(word);
        real sum(0);
        i32 action(0);
        for (int a = 0; a < actions_; ++a) {
            // An action is taken where the sum before it does not exceed the goal.
            action = select((sum <= goal) & open(at, a) & (weight[a] > real(0)), i32(a), action);
            sum += weight[a];
        }
        return action;
    }
    LOCKSTEP_INLINE static real uniform(const u32& word) noexcept {
        return to_real<L>(bit_cast<std::int32_t>(word >> 8)) * real(0x1p-24);
    }
    LOCKSTEP_INLINE bool draws() const noexcept {
        return task_.exploration == Exploration::softmax ||
               task_.exploration == Exploration::proportional;
    }
    // Where nothing is drawn by its value.
    template <bool all>
    LOCKSTEP_INLINE auto highest_scores(const Place& at) const noexcept {
        return task_.exploration == Exploration::ucb ? upper_bound<all>(at) : greedy<all>(at);
    }
    // A function of its own, as the others marked so: inlined wherever they are needed, these would
    // take minutes to compile, and a call costs a hundredth of a step.
    LOCKSTEP_KERNEL [[gnu::noinline]] i32 choose(const Place& at,
                                                 const WordPair<u32>& words) const noexcept {
        const mask random = uniform(words.first) < epsilon_;
        if (task_.random_ties && !draws()) {
            // The second word chooses among all actions or among the best: never both.
            u32 among = highest_scores<true>(at);
            if (task_.explores) among = select(random, at.possible, among);
            return any_of<L>(among, actions_, words.second);
        }
        const i32 action = draws() ? drawn(at, words.second) : highest_scores<false>(at);
        if (!task_.explores) return action;
        return select(random, any_of<L>(at.possible, actions_, words.second), action);
    }
    LOCKSTEP_KERNEL [[gnu::noinline]] WordPair<u32> words_at(const u32& time) const noexcept {
        const LaneKey<u32> keys[] = {key(lanes_.actions)};
        WordPair<u32> words[1];
        threefry(keys, u32::load(lanes_.id), time, words);
        return words[0];
    }

    // What the behaviour policy expects at `at`.
    LOCKSTEP_KERNEL [[gnu::noinline]] real expected(const Place& at) const noexcept {
        real by_rule(0), sum(0), count(0);
        for (int a = 0; a < actions_; ++a) {
            const mask here = open(at, a);
            sum = select(here, sum + value(at, a), sum);
            count = select(here, count + real(1), count);
        }
        if (draws()) {
            real weight[most_tabular_actions];
            const real total = weights(at, weight);
            for (int a = 0; a < actions_; ++a) {
                const real term = weight[a] * value(at, a);
                by_rule = select(open(at, a), by_rule + term, by_rule);
            }
            by_rule = by_rule / total;
        } else if (!task_.random_ties) {
            by_rule = gather(task_.table, at.base + highest_scores<false>(at));
        } else {
            const u32 among = highest_scores<true>(at);
            real equals(0);
            for (int a = 0; a < actions_; ++a) {
                const mask here = ((among >> a) & u32(1U)) != u32(0U);
                by_rule = select(here, by_rule + value(at, a), by_rule);
                equals = select(here, equals + real(1), equals);
            }
            by_rule = by_rule / equals;
        }
        return epsilon_ * (sum / count) + (real(1) - epsilon_) * by_rule;
    }
    LOCKSTEP_INLINE real highest_value(const Place& at) const noexcept {
        real high = gather(task_.table, at.base);
        if (task_.some_impossible) high = select(open(at, 0), high, real(lowest));
        for (int a = 1; a < actions_; ++a) {
            const real q = gather(task_.table, at.base + i32(a));
            mask better = q > high;
            if (task_.some_impossible) better = better & open(at, a);
            high = select(better, q, high);
        }
        return high;
    }
    // van Hasselt 2010: one table's best action, valued by the other. `second` tells where the
    // second table learns. Of equals one is drawn by bits that decide nothing else: the action took
    // the upper ones of both words, and the table the lowest of the first.
    LOCKSTEP_KERNEL [[gnu::noinline]] real crossed_value(
        const Place& at, const mask& second, const WordPair<u32>& words) const noexcept {
        const i32 here = select(second, i32(task_.table_size), i32(0));
        const i32 there = i32(task_.table_size) - here;
        const auto score = [&](int a) LOCKSTEP_LAMBDA {
            return gather(task_.table, at.base + here + i32(a));
        };
        i32 action;
        if (task_.random_ties) {
            const u32 spare =
                ((words.first & u32(0xFEU)) << 24) | ((words.second & u32(0xFFFFU)) << 9);
            action = any_of<L>(best<true>(at, score), actions_, spare);
        } else {
            action = best<false>(at, score);
        }
        return gather(task_.table, at.base + there + action);
    }

    LOCKSTEP_INLINE void step(const mask& active) noexcept {
        const Place from = place();
        const WordPair<u32> words = words_at(time_);
        const i32 action = task_.target == Target::sarsa ? action_ : choose(from, words);
        Rng<L, LaneKey<u32>> rng(key(lanes_.dynamics), u32::load(lanes_.id), time_);
        const Step<L> step = Env::template step<L>(state_, action, world_, rng);
        const i32 before = length_;
        if (task_.path.element != nullptr) keep(active, from, action, step);
        time_ += u32(1U);
        length_ += i32(1);
        steps_left_ = steps_left_ - i32(1);
        total_ += step.reward;
        const mask over = step.terminated | (length_ >= i32(task_.worlds.time_limit));
        if (!task_.frozen) learn(active, from, action, step, before, words);
        if (any(over & active)) end_episodes(over, active, step);
    }

    LOCKSTEP_KERNEL [[gnu::noinline]] void keep(const mask& active, const Place& from,
                                                const i32& action,
                                                const Step<L>& step) const noexcept {
        const i32 at = i32::iota() * i32(task_.path.stride) + length_;
        scatter(task_.path.element, at, from.base - i32::load(lanes_.table) + action, active);
        scatter(task_.path.reward, at, step.reward, active);
    }

    LOCKSTEP_INLINE void learn(const mask& active, const Place& from, const i32& action,
                               const Step<L>& step, const i32& before,
                               const WordPair<u32>& words) noexcept {
        const Place to = place();
        const mask second = (words.first & u32(1U)) != u32(0U);
        real future;
        switch (task_.target) {
            case Target::expected_sarsa:
                future = expected(to);
                break;
            case Target::double_q:
                future = crossed_value(to, second, words);
                break;
            case Target::sarsa:
                action_ = choose(to, words_at(time_));
                future = gather(task_.table, to.base + action_);
                break;
            default:
                future = highest_value(to);
        }
        future = future * real::load(lanes_.gamma);
        if (!task_.bootstraps_terminal) future = select(step.terminated, real(0), future);
        i32 index = from.base + action;
        if (task_.target == Target::double_q)
            index += select(second, i32(task_.table_size), i32(0));
        mask taught = active;
        if (!task_.learns_terminal) taught = taught & ~step.terminated;
        update(taught, index, step.reward + future, before);
    }

    LOCKSTEP_INLINE void update(const mask& taught, const i32& index, const real& target,
                                const i32& before) noexcept {
        real alpha = real::load(lanes_.alpha);
        if (task_.decays) {
            const real updates = to_real<L>(bit_cast<std::int32_t>(time_ - u32(1U)));
            alpha = alpha / fma(real::load(lanes_.alpha_decay), updates, real(1));
        }
        if (task_.fades) alpha = alpha * exp(-(to_real<L>(before) * real::load(lanes_.alpha_fade)));
        if (task_.deferred) {
            select(taught, index, i32(-1)).store(lanes_.update_index);
            target.store(lanes_.update_target), alpha.store(lanes_.update_alpha);
            return;
        }
        if (task_.count != nullptr) {
            const real visits = gather(task_.count, index), tried = visits + real(1);
            scatter(task_.count, index, tried, taught);
            if (task_.averages) {
                alpha = real(1) / tried;
            } else if (task_.tires) {
                alpha = alpha / fma(real::load(lanes_.visit_decay), visits, real(1));
            }
        }
        const real old = gather(task_.table, index);
        scatter(task_.table, index, fma(alpha, target - old, old), taught);
    }

    LOCKSTEP_KERNEL [[gnu::noinline]] void end_episodes(const mask& over, const mask& active,
                                                        const Step<L>& step) noexcept {
        record(over & active, step);
        episodes_left_ = select(over, episodes_left_ - i32(1), episodes_left_);
        episode_ = select(over, episode_ + u32(1U), episode_);
        begin(over);
    }
    LOCKSTEP_INLINE void record(const mask& ended, const Step<L>& step) noexcept {
        const EpisodeLog<scalar>& log = task_.log;
        if (log.returns == nullptr) return;
        scalar returns[lane_count], rewards[lane_count], last[lane_count];
        std::int32_t lengths[lane_count];
        total_.store(returns), step.reward.store(rewards), length_.store(lengths);
        to_real<L>(Env::template state_number<L>(state_, world_)).store(last);
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
    // Where set, the next episode begins.
    LOCKSTEP_KERNEL [[gnu::noinline]] void begin(const mask& here) noexcept {
        if (!any(here)) return;
        const State<L, Env> fresh =
            reset_state<L, Env>(key(lanes_.resets), u32::load(lanes_.id), episode_, world_);
        state_ = select_state<L, Env>(here, fresh, state_);
        total_ = select(here, real(0), total_);
        length_ = select(here, i32(0), length_);
        const real slope = real::load(lanes_.epsilon_slope);
        const real epsilon = fma(to_real<L>(bit_cast<std::int32_t>(episode_)), -slope,
                                 real::load(lanes_.epsilon_first));
        const real least = real::load(lanes_.epsilon_last);
        epsilon_ = select(here, select(epsilon > least, epsilon, least), epsilon_);
        if (task_.target == Target::sarsa && !task_.frozen)
            action_ = select(here, choose(place(), words_at(time_)), action_);
    }

    static constexpr scalar lowest = scalar(-3e38), highest = scalar(3e38);

    const Task& task_;
    Lanes& lanes_;
    const World<L, Env>& world_;
    const int actions_;
    State<L, Env> state_;
    real total_, epsilon_;
    i32 length_, action_, episodes_left_, steps_left_;
    u32 episode_, time_;
};

// Steps sixteen learners `steps` times, or until all of them are done.
template <class L, class Env>
LOCKSTEP_KERNEL std::int64_t learn_tabular(const TabularTask<typename L::scalar>& task,
                                           TabularLanes<typename L::scalar>& lanes,
                                           int steps) noexcept {
    const World<L, Env> world = prepare<L, Env>(task.worlds, 0, false);
    TabularVector<L, Env> vector(task, lanes, world);
    const std::int64_t stepped = vector.run(steps);
    vector.store();
    return stepped;
}

// How many states the environment tells apart.
template <class L, class Env>
LOCKSTEP_KERNEL std::int64_t state_numbers(const Worlds<typename L::scalar>& worlds) noexcept {
    return Env::template state_numbers<L>(prepare<L, Env>(worlds, 0, false));
}

}  // namespace lockstep
