// What a given policy leads to in a finite process (its first board): where its episodes end, how
// often, how late, and with what reward. Exact, in double precision.
//
// Owns:      the distribution over states under a policy.
// Must not:  draw random numbers, or look for better policies.
// Invariant: the chances of playing on and of having ended sum to 1. A reward with noise counts as
//            its mean.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <lockstep/table_game.hpp>

namespace lockstep {

// The chance of each action, [state][action]: 0 for actions that are not legal, and those of a
// state sum to 1.
using ActionChances = std::vector<double>;
ActionChances uniform_policy(const FiniteMdp& mdp);  // legal actions, equally likely
ActionChances deterministic_policy(const FiniteMdp& mdp, std::span<const std::int32_t> actions);

// The distribution of environments that follow a policy, advanced step by step.
class PolicyChain {
public:
    // Terminal outcomes of one kind: those with the same next state and mark.
    struct Ending {
        std::uint32_t state;
        std::uint8_t mark;
        friend auto operator<=>(const Ending&, const Ending&) = default;
    };

    // Begins in `start`, or in the process's start states, equally likely.
    PolicyChain(const FiniteMdp& mdp, const ActionChances& policy,
                std::optional<std::int64_t> start = {});

    void step();

    std::span<const double> playing() const { return playing_; }  // share in each state
    std::span<const double> ended() const { return ended_; }      // share that the last step ended
    std::span<const Ending> kinds() const { return kinds_; }      // the kinds of `ended`, sorted
    double reward() const { return reward_; }                     // mean of last step; ended: 0

private:
    struct Move {
        double chance;
        std::size_t to;  // a state, or a kind if beyond them
    };
    void add_moves(const FiniteMdp& mdp, const ActionChances& policy, std::int64_t state);

    std::vector<Ending> kinds_;
    std::vector<Move> moves_;
    std::vector<std::size_t> first_move_ = {0};  // per state, plus the end
    std::vector<double> rewards_;                // expected reward of a step from each state
    std::vector<double> playing_, ended_, arriving_;
    double reward_ = 0;
};

// The episodes that end in some way: how likely they are, and how long.
struct EpisodeLength {
    double probability = 0;
    double steps = 0, squared_steps = 0;  // expected; other episodes count as 0

    double mean() const { return steps / probability; }
    double variance() const { return squared_steps / probability - mean() * mean(); }
    EpisodeLength& operator+=(const EpisodeLength& other);
};

struct PolicyValue {
    struct End {
        PolicyChain::Ending kind;
        EpisodeLength length;
    };
    std::vector<End> ends;  // sorted by kind
    EpisodeLength all;      // over all ends
    double unfinished = 0;  // share that still plays after the last step computed
    double value = 0;       // expected sum of rewards, discounted
};

struct PolicyEvaluationOptions {
    double gamma = 1;
    std::int64_t max_steps = 10'000'000;
    std::optional<std::int64_t> start = {};
};

// Looks ahead until only one environment in 10^20 still plays.
PolicyValue evaluate(const FiniteMdp& mdp, const ActionChances& policy,
                     const PolicyEvaluationOptions& question = {});

}  // namespace lockstep
