// Runs of CartPole with recorded hashes: the same for every instruction set, number of threads,
// block size, compiler and optimization level. A hash is taken after every step, since resets erase
// rounding differences.
//
// Change a constant only if the numbers are meant to change; the README's statement about
// reproducing results across versions changes with it.
#pragma once

#include <array>
#include <bit>
#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <lockstep/vector_env.hpp>

#include "engine/memory/hash.hpp"

namespace lockstep::test {

struct Run {
    std::string_view name;
    Autoreset autoreset;
    std::int64_t worlds;
    std::int64_t steps;
    std::uint64_t f32, f64;  // the hashes

    template <class Real>
    std::uint64_t expected() const {
        return sizeof(Real) == 4 ? f32 : f64;
    }
};

// The last one has more worlds than one thread steps alone.
inline constexpr std::array<Run, 4> runs{{
    {"next-step", Autoreset::next_step, 1003, 520, 0xF5D9F53DCF620F2A, 0x6B3D89CBD60381D8},
    {"same-step", Autoreset::same_step, 1003, 520, 0x1B1E6FF256AC5858, 0xB28F9E0057CA0DF4},
    {"disabled", Autoreset::disabled, 1003, 520, 0x161C188EEC354EC3, 0x66C98B373C625CF2},
    {"wide", Autoreset::same_step, 13003, 40, 0x88FE3DA89B95D5A2, 0xCD8761BA679F46E7},
}};

// Two worlds in three act at random, each from its own LCG; the third balances its pole, so that
// some episodes reach their limit and the action depends on every bit of the past.
class MixedActions {
public:
    explicit MixedActions(const VectorEnvConfig& config)
        : first_(config.first_world), actions_(static_cast<std::size_t>(config.num_envs)) {
        for (std::size_t i = 0; i < actions_.size(); ++i) states_.push_back(first_ + i);
    }

    template <class Real>
    std::span<const std::int32_t> next(const VectorEnv<Real>& env) {
        const auto angle = env.observation(2), speed = env.observation(3);
        for (std::size_t i = 0; i < actions_.size(); ++i) {
            states_[i] = states_[i] * 6364136223846793005U + 1442695040888963407U;
            const bool balances = (first_ + i) % 3 == 0;
            const bool right = balances ? angle[i] + speed[i] > 0 : (states_[i] >> 63U) != 0;
            actions_[i] = right ? 1 : 0;
        }
        return actions_;
    }

private:
    std::uint64_t first_;
    std::vector<std::int32_t> actions_;
    std::vector<std::uint64_t> states_;
};

// Without autoreset, finished worlds are reset together after every 97 steps: they are stepped
// on for a while after their end, and many different masks occur.
template <class Real>
void reset_finished(VectorEnv<Real>& env, std::int64_t step) {
    if (step % 97 != 96) return;
    std::vector<std::uint8_t> mask(env.terminated().begin(), env.terminated().end());
    for (std::size_t i = 0; i < mask.size(); ++i) mask[i] |= env.truncated()[i];
    env.reset(mask);
}

// Steps the worlds of `config` and calls after_step(env) each time.
template <class Real>
void play(const VectorEnvConfig& config, std::int64_t steps, auto&& after_step) {
    VectorEnv<Real> env(config);
    MixedActions actions(config);
    for (std::int64_t t = 0; t < steps; ++t) {
        env.step(actions.next(env));
        after_step(env);
        if (config.autoreset == Autoreset::disabled) reset_finished(env, t);
    }
}

// CartPole-v0 ends at 200 steps, so that truncation is covered.
inline VectorEnvConfig config_of(const Run& run) {
    return {.id = "CartPole-v0", .num_envs = run.worlds, .seed = 7, .autoreset = run.autoreset};
}

template <class Real>
std::uint64_t chained_hash(const VectorEnvConfig& config, std::int64_t steps) {
    Hash chain;
    play<Real>(config, steps, [&](const VectorEnv<Real>& env) { chain.mix(env.hash()); });
    return chain.value();
}

// Hashes the worlds and totals after one call of random play.
inline constexpr Run random_rollout{"rollout", Autoreset::same_step, 1003,
                                    450,       0x7A5D4479123D45EB,   0x7719DE523D4A9767};

template <class Real>
std::uint64_t rollout_hash(const VectorEnvConfig& config, std::int64_t steps) {
    VectorEnv<Real> env(config);
    const EpisodeTotals totals = env.rollout({.name = "random"}, steps);
    Hash hash;
    hash.mix(env.hash());
    hash.mix(static_cast<std::uint64_t>(totals.episodes));
    hash.mix(static_cast<std::uint64_t>(totals.steps));
    hash.mix(std::bit_cast<std::uint64_t>(totals.return_sum));
    hash.mix(std::bit_cast<std::uint64_t>(totals.return_square_sum));
    return hash.value();
}

// In the form in which the constants are written.
inline std::string hexadecimal(std::uint64_t hash) {
    char text[32];
    std::snprintf(text, sizeof text, "0x%016" PRIX64, hash);
    return text;
}

}  // namespace lockstep::test
