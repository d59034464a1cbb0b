// How tabular learners in lanes choose their actions and what they learn from a step.
//
// Owns:      exploration, targets and learning rates of Q-learning and its relatives.
// Must not:  know environments, or be included by anything but the generated units (see
//            LockstepEnvironment.cmake).
#pragma once

#include <type_traits>

#include <lockstep/detail/policy/legal.hpp>
#include <lockstep/detail/tabular/rules.hpp>

namespace lockstep {

template <class L>
class TabularChoice {
public:
    using real = typename L::real;
    using i32 = typename L::i32;
    using u32 = typename L::u32;
    using mask = typename L::mask;
    using Row = TableRow<L>;

    LOCKSTEP_INLINE explicit TabularChoice(const TabularLearners<L>& learners) noexcept
        : learners_(learners), actions_(learners.task.actions) {}

    LOCKSTEP_KERNEL [[gnu::noinline]] i32 choose(const Row& at,
                                                 const WordPair<u32>& words) const noexcept {
        const mask random = uniform_from<L>(words.first) < learners_.epsilon;
        if (learners_.task.random_ties && !draws()) {
            // The second word chooses among all actions or among the best, never both.
            u32 among = highest_scores<true>(at);
            if (learners_.task.explores) among = select(random, at.legal, among);
            return any_of<L>(among, actions_, words.second);
        }
        const i32 action = draws() ? drawn(at, words.second) : highest_scores<false>(at);
        if (!learners_.task.explores) return action;
        return select(random, any_of<L>(at.legal, actions_, words.second), action);
    }

    // Moves the value of the step toward its target. `next` receives the action taken next, if the
    // target needs it.
    LOCKSTEP_INLINE void learn(const TabularMove<L>& move, i32& next) const noexcept {
        const auto& task = learners_.task;
        const mask second = (move.words.first & u32(1U)) != u32(0U);
        real future;
        switch (task.target) {
            case Target::expected_sarsa:
                future = expected(move.to);
                break;
            case Target::double_q:
                future = crossed_value(move.to, second, move.words);
                break;
            case Target::sarsa:
                next = choose(move.to, learners_.words());
                future = gather(task.table, move.to.base + next);
                break;
            default:
                future = highest_value(move.to);
        }
        future = future * real::load(learners_.lanes.gamma);
        if (!task.bootstraps_terminal) future = select(move.terminated, real(0), future);
        i32 index = move.from.base + move.action;
        if (task.target == Target::double_q) index += select(second, i32(task.table_size), i32(0));
        mask taught = move.active;
        if (!task.learns_terminal) taught = taught & ~move.terminated;
        update(taught, index, move.reward + future, move.before);
    }

private:
    // The values that the lane acts on: the table's, or the sum of both tables'.
    LOCKSTEP_INLINE real value(const Row& at, int action) const noexcept {
        real q = gather(learners_.task.table, at.base + i32(action));
        if (learners_.task.target == Target::double_q)
            q += gather(learners_.task.table, at.base + i32(action + learners_.task.table_size));
        return q;
    }

    // The actions of the highest score, one bit each; or only the first of them.
    template <bool all>
    LOCKSTEP_INLINE auto best(const Row& at, auto&& score) const noexcept {
        using Found = std::conditional_t<all, u32, i32>;
        real high = score(0);
        Found found(all ? 1 : 0);
        if (learners_.task.some_illegal) {
            high = select(is_legal<L>(at.legal, 0), high, real(lowest));
            if constexpr (all) found = found & at.legal;
        }
        for (int a = 1; a < actions_; ++a) {
            const real q = score(a);
            mask better = q > high;
            if (learners_.task.some_illegal) better = better & is_legal<L>(at.legal, a);
            if constexpr (all) {
                mask equal = q == high;
                if (learners_.task.some_illegal) equal = equal & is_legal<L>(at.legal, a);
                found = select(equal, found | u32(1U << a), found);
            }
            high = select(better, q, high);
            found = select(better, Found(all ? 1U << a : static_cast<std::uint32_t>(a)), found);
        }
        return found;
    }
    template <bool all>
    LOCKSTEP_KERNEL [[gnu::noinline]] auto greedy(const Row& at) const noexcept {
        return best<all>(at, [&](int a) LOCKSTEP_LAMBDA { return value(at, a); });
    }
    // Auer, Cesa-Bianchi and Fischer 2002, with the slides' guard against division by zero.
    template <bool all>
    LOCKSTEP_KERNEL [[gnu::noinline]] auto upper_bound(const Row& at) const noexcept {
        real visits(1);
        for (int a = 0; a < actions_; ++a) visits += gather(learners_.task.count, at.base + i32(a));
        const real wide = log(visits);
        const real c = real::load(learners_.lanes.exploration);
        return best<all>(at, [&](int a) LOCKSTEP_LAMBDA {
            const real tried = gather(learners_.task.count, at.base + i32(a)) + real(1e-5);
            return value(at, a) + c * sqrt(wide / tried);
        });
    }
    // Unnormalized probabilities: exp(q / temperature), or q - min q + offset. Returns their sum.
    LOCKSTEP_KERNEL [[gnu::noinline]] real weights(const Row& at, real* weight) const noexcept {
        const real setting = real::load(learners_.lanes.exploration);
        const bool softmax = learners_.task.exploration == Exploration::softmax;
        real border = real(softmax ? lowest : highest);
        for (int a = 0; a < actions_; ++a) {
            weight[a] = value(at, a);
            const mask beyond =
                is_legal<L>(at.legal, a) & (softmax ? weight[a] > border : weight[a] < border);
            border = select(beyond, weight[a], border);
        }
        real sum(0);
        for (int a = 0; a < actions_; ++a) {
            const real above = weight[a] - border;
            weight[a] = softmax ? exp(above / setting) : above + setting;
            if (learners_.task.some_illegal)
                weight[a] = select(is_legal<L>(at.legal, a), weight[a], real(0));
            sum += weight[a];
        }
        return sum;
    }
    LOCKSTEP_INLINE i32 drawn(const Row& at, const u32& word) const noexcept {
        real weight[max_tabular_actions];
        const real goal = weights(at, weight) * uniform_from<L>(word);
        real sum(0);
        i32 action(0);
        for (int a = 0; a < actions_; ++a) {
            // An action is taken if the sum before it does not exceed the goal.
            action = select((sum <= goal) & is_legal<L>(at.legal, a) & (weight[a] > real(0)),
                            i32(a), action);
            sum += weight[a];
        }
        return action;
    }
    LOCKSTEP_INLINE bool draws() const noexcept {
        return learners_.task.exploration == Exploration::softmax ||
               learners_.task.exploration == Exploration::proportional;
    }
    // For rules that draw no action by its value.
    template <bool all>
    LOCKSTEP_INLINE auto highest_scores(const Row& at) const noexcept {
        return learners_.task.exploration == Exploration::ucb ? upper_bound<all>(at)
                                                              : greedy<all>(at);
    }
    // The value that the behavior policy expects at `at`.
    LOCKSTEP_KERNEL [[gnu::noinline]] real expected(const Row& at) const noexcept {
        real by_rule(0), sum(0), count(0);
        for (int a = 0; a < actions_; ++a) {
            const mask here = is_legal<L>(at.legal, a);
            sum = select(here, sum + value(at, a), sum);
            count = select(here, count + real(1), count);
        }
        if (draws()) {
            real weight[max_tabular_actions];
            const real total = weights(at, weight);
            for (int a = 0; a < actions_; ++a) {
                const real term = weight[a] * value(at, a);
                by_rule = select(is_legal<L>(at.legal, a), by_rule + term, by_rule);
            }
            by_rule = by_rule / total;
        } else if (!learners_.task.random_ties) {
            by_rule = gather(learners_.task.table, at.base + highest_scores<false>(at));
        } else {
            const u32 among = highest_scores<true>(at);
            real equals(0);
            for (int a = 0; a < actions_; ++a) {
                const mask here = is_legal<L>(among, a);
                by_rule = select(here, by_rule + value(at, a), by_rule);
                equals = select(here, equals + real(1), equals);
            }
            by_rule = by_rule / equals;
        }
        return learners_.epsilon * (sum / count) + (real(1) - learners_.epsilon) * by_rule;
    }
    LOCKSTEP_INLINE real highest_value(const Row& at) const noexcept {
        real high = gather(learners_.task.table, at.base);
        if (learners_.task.some_illegal)
            high = select(is_legal<L>(at.legal, 0), high, real(lowest));
        for (int a = 1; a < actions_; ++a) {
            const real q = gather(learners_.task.table, at.base + i32(a));
            mask better = q > high;
            if (learners_.task.some_illegal) better = better & is_legal<L>(at.legal, a);
            high = select(better, q, high);
        }
        return high;
    }
    // van Hasselt 2010: one table's best action, valued by the other. `second` marks lanes in which
    // the second table learns. Ties are broken by bits that decide nothing else: the action took
    // the upper bits of both words, and the choice of table the lowest bit of the first.
    LOCKSTEP_KERNEL [[gnu::noinline]] real crossed_value(
        const Row& at, const mask& second, const WordPair<u32>& words) const noexcept {
        const i32 here = select(second, i32(learners_.task.table_size), i32(0));
        const i32 there = i32(learners_.task.table_size) - here;
        const auto score = [&](int a) LOCKSTEP_LAMBDA {
            return gather(learners_.task.table, at.base + here + i32(a));
        };
        i32 action;
        if (learners_.task.random_ties) {
            const u32 spare =
                ((words.first & u32(0xFEU)) << 24) | ((words.second & u32(0xFFFFU)) << 9);
            action = any_of<L>(best<true>(at, score), actions_, spare);
        } else {
            action = best<false>(at, score);
        }
        return gather(learners_.task.table, at.base + there + action);
    }

    LOCKSTEP_INLINE void update(const mask& taught, const i32& index, const real& target,
                                const i32& before) const noexcept {
        real alpha = real::load(learners_.lanes.alpha);
        if (learners_.task.decays) {
            const real updates = to_real<L>(bit_cast<std::int32_t>(learners_.time - u32(1U)));
            alpha = alpha / fma(real::load(learners_.lanes.alpha_decay), updates, real(1));
        }
        if (learners_.task.fades)
            alpha = alpha * exp(-(to_real<L>(before) * real::load(learners_.lanes.alpha_fade)));
        if (learners_.task.deferred) {
            select(taught, index, i32(-1)).store(learners_.lanes.update_index);
            target.store(learners_.lanes.update_target), alpha.store(learners_.lanes.update_alpha);
            return;
        }
        if (learners_.task.count != nullptr) {
            const real visits = gather(learners_.task.count, index), tried = visits + real(1);
            scatter(learners_.task.count, index, tried, taught);
            if (learners_.task.averages) {
                alpha = real(1) / tried;
            } else if (learners_.task.tires) {
                alpha = alpha / fma(real::load(learners_.lanes.visit_decay), visits, real(1));
            }
        }
        const real old = gather(learners_.task.table, index);
        scatter(learners_.task.table, index, fma(alpha, target - old, old), taught);
    }

    static constexpr auto highest = static_cast<typename L::scalar>(3e38), lowest = -highest;

    const TabularLearners<L>& learners_;
    const int actions_;
};

template <class L>
LOCKSTEP_KERNEL typename L::i32 tabular_choice(const TabularLearners<L>& learners,
                                               const TableRow<L>& at,
                                               const WordPair<typename L::u32>& words) noexcept {
    return TabularChoice<L>(learners).choose(at, words);
}

template <class L>
LOCKSTEP_KERNEL void tabular_update(TabularLearners<L>& learners,
                                    const TabularMove<L>& move) noexcept {
    TabularChoice<L>(learners).learn(move, learners.action);
}

}  // namespace lockstep
