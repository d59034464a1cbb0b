// What a VectorEnv holds, and what its calls do to it.
//
// Owns:      the memory, its layout, and the blocks that workers are handed.
// Must not:  be included by anything but vector_env.cpp.
// Invariant: nothing is changed before everything that a call was given is checked.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <lockstep/detail/block/worlds.hpp>
#include <lockstep/error.hpp>
#include <lockstep/vector_env.hpp>

#include "engine/machine/parallel.hpp"
#include "engine/memory/hash.hpp"
#include "engine/memory/layout.hpp"
#include "engine/memory/memory.hpp"
#include "engine/text/number_text.hpp"
#include "engine/vector_env/bound_policy.hpp"
#include "engine/vector_env/column_group.hpp"
#include "engine/vector_env/gymnasium_numbers.hpp"
#include "engine/vector_env/snapshot.hpp"

namespace lockstep {

// Waking a thread costs about three microseconds: the time of about half of these steps.
constexpr std::int64_t worlds_worth_a_thread = 6144;

inline void check_counts(const VectorEnvConfig& config) {
    const std::int64_t most =
        std::numeric_limits<std::uint32_t>::max() - std::int64_t{config.first_world};
    if (config.num_envs < 1 || config.num_envs > most) {
        throw ConfigError("num_envs = " + std::to_string(config.num_envs) + ": allowed 1 to " +
                          std::to_string(most));
    }
    if (config.block < lane_count || config.block % lane_count != 0) {
        throw ConfigError("block = " + std::to_string(config.block) + ": allowed multiples of 16");
    }
}

inline void check_seeding(const VectorEnvConfig& config, const Description& about) {
    if (config.seeding == Seeding::lockstep || about.gymnasium_draws != GymnasiumDraws::none)
        return;
    throw ConfigError(config.id + ": Gymnasium's seeding is not offered here, only Lockstep's own");
}

inline void check_world(const char* view, std::int64_t world, std::int64_t worlds) {
    if (world >= 0 && world < worlds) return;
    throw ConfigError(std::string(view) + ": world " + std::to_string(world) + ": allowed 0 to " +
                      std::to_string(worlds - 1));
}

// Kernels look up a world's row in the tables without a check.
inline void check_row(double state, const TransitionTables& model) {
    if (state >= 0 && state < model.states && state == std::floor(state)) return;
    throw ConfigError("set_state: state " + shortest(static_cast<double>(state)) +
                      ": allowed whole numbers from 0 to " + std::to_string(model.states - 1));
}

template <class Real>
struct VectorEnv<Real>::Data {
    explicit Data(const VectorEnvConfig& given)
        : config((check_counts(given), given)),
          entry(find_environment(config.id)),
          settings(resolve(config.settings, entry, config.num_envs)),
          isa(checked_isa(config.isa)),
          kernels(entry.tables.kernels<Real>(isa)),
          workers(config.threads),
          arena(plan()),
          numbers(config.seeding, config.num_envs) {
        lay_out(w, ColumnPlan(arena.bytes().data()), entry.tables.about(),
                kernels.observation_types, config.autoreset);
        fill_parameters();
        chosen.resize(static_cast<std::size_t>(padded(config.num_envs)));
        totals.resize(chosen.size() / lane_count);
        vector_of_actions.resize(action_columns() * lane_count);
        if (numbers.active()) plan_draws();
    }

    std::size_t plan() {
        check_seeding(config, entry.tables.about());
        w.count = config.num_envs;
        w.first_id = config.first_world;
        w.time_limit = settings.time_limit;
        w.model = settings.model ? &settings.model->view() : nullptr;
        w.parameter_per_world = settings.per_world;
        w.choices = settings.choices.data();
        const std::size_t bytes = lay_out(w, ColumnPlan(nullptr), entry.tables.about(),
                                          kernels.observation_types, config.autoreset);
        require_memory(bytes, "num_envs = " + std::to_string(config.num_envs));
        return bytes;
    }

    void fill_parameters() {
        const std::int64_t stride = settings.per_world ? w.stride : lane_count;
        const std::int64_t lanes = settings.per_world ? padded(config.num_envs) : lane_count;
        auto* column = const_cast<Real*>(w.parameter);
        for (const std::vector<double>& values : settings.parameters) {
            for (std::int64_t i = 0; i < lanes; ++i) {
                const auto at = std::min(static_cast<std::size_t>(i), values.size() - 1);
                column[i] = static_cast<Real>(values[at]);
            }
            column += stride;
        }
    }

    // Calls body(begin, end) for every block of worlds that take `steps` steps each. A single step
    // is divided into equal shares, the same for each thread at every call, so that columns stay in
    // a core's cache. Longer work is divided into pieces, which threads take as they become free.
    template <class Body>
    void for_each_block(std::int64_t steps, const Body& body) const {
        const std::int64_t end = padded(w.count);
        const std::int64_t threads =
            std::min<std::int64_t>(workers.count(), w.count * steps / worlds_worth_a_thread);
        const std::int64_t block = steps == 1 ? config.block : piece(threads);
        const std::int64_t blocks = (end + block - 1) / block;
        const auto run = [&](std::int64_t first, std::int64_t last) {
            for (std::int64_t i = first; i < last; ++i) {
                body(i * block, std::min(end, (i + 1) * block));
            }
        };
        if (threads <= 1) {
            run(0, blocks);
        } else if (steps == 1) {
            const std::int64_t share = (blocks + threads - 1) / threads;
            workers.for_each_share(threads, [&](std::int64_t t) {
                run(t * share, std::min(blocks, (t + 1) * share));
            });
        } else {
            workers.for_each(blocks, [&](std::int64_t i) { run(i, i + 1); });
        }
    }
    // How many worlds a thread takes at a time for many steps: a few pieces per thread, in whole
    // groups of the vectors that a rollout keeps in flight.
    std::int64_t piece(std::int64_t threads) const {
        constexpr std::int64_t group = std::int64_t{3} * lane_count;
        const std::int64_t wanted = w.count / (4 * std::max<std::int64_t>(threads, 1)) + 1;
        return std::min(config.block, (wanted + group - 1) / group * group);
    }

    void reset(const std::uint8_t* mask) {
        for_each_block(
            1, [&](std::int64_t begin, std::int64_t end) { kernels.reset(w, begin, end, mask); });
        if (mask == nullptr) std::fill_n(chosen.begin(), w.count, std::uint8_t{1});
        if (numbers.active()) redraw();
        forget_final_observations();
    }
    // Before the first step, the last observation of the chosen worlds is their first.
    void forget_final_observations() {
        const ColumnGroup<Real> final = final_observation();
        if (!final.same_memory(observation())) final.copy_worlds(observation(), chosen.data());
    }

    // May overwrite columns, since they are not in use yet.
    void plan_draws() {
        kernels.plan_draws(w, reset_draws, step_draws);
        for (const auto& [what, plan] : {std::pair{"reset", &reset_draws}, {"step", &step_draws}}) {
            if (plan->count <= max_draws) continue;
            throw ConfigError(config.id + ": a " + what + " draws " + std::to_string(plan->count) +
                              " numbers: allowed " + std::to_string(max_draws) +
                              " with Gymnasium's seeding");
        }
        numbers.make_room(std::max(reset_draws.count, step_draws.count));
    }
    RecordedNumbers draw(const DrawPlan& plan) {
        return numbers.draw(plan, std::span(chosen).first(static_cast<std::size_t>(w.count)));
    }

    // Gives the chosen worlds Gymnasium's reset states.
    void redraw() {
        const RecordedNumbers drawn = draw(reset_draws);
        for_each_block(1, [&](std::int64_t begin, std::int64_t end) {
            kernels.redraw(w, begin, end, chosen.data(), drawn);
        });
    }
    // Draws for the worlds that are about to step, rather than to begin an episode.
    void draw_for_step(bool next_step) {
        if (step_draws.count == 0) return;
        for (std::int64_t i = 0; i < w.count; ++i)
            chosen[static_cast<std::size_t>(i)] =
                next_step && (w.terminated[i] | w.truncated[i]) != 0 ? 0 : 1;
        w.step_numbers = draw(step_draws);
    }
    void choose_finished() {
        for (std::int64_t i = 0; i < w.count; ++i) {
            chosen[static_cast<std::size_t>(i)] = w.terminated[i] | w.truncated[i];
        }
    }

    void step(const Actions<Real>& actions) {
        const bool next_step = config.autoreset == Autoreset::next_step;
        if (numbers.active()) draw_for_step(next_step);
        if (numbers.active() && next_step) choose_finished();
        for_each_block(1, [&](std::int64_t begin, std::int64_t end) {
            kernels.step[static_cast<int>(config.autoreset)](w, begin, end, actions);
        });
        ++w.time;
        if (!numbers.active() || config.autoreset == Autoreset::disabled) return;
        if (!next_step) choose_finished();
        redraw();
    }

    std::size_t action_columns() const { return entry.tables.about().action_columns.size(); }
    // Checks that actions have the environment's kind and the right number.
    void check_action_size(std::size_t given, bool columns) const {
        const auto count = static_cast<std::size_t>(w.count);
        if (columns != (action_columns() > 0)) {
            throw ConfigError(config.id + ": actions are " +
                              (columns ? "whole numbers, one a world"
                                       : "columns of real numbers, " +
                                             std::to_string(action_columns()) + " a world"));
        }
        if (given == count * std::max<std::size_t>(action_columns(), 1)) return;
        throw ConfigError(std::to_string(given) + " actions for " + std::to_string(count) +
                          " worlds" +
                          (columns ? " of " + std::to_string(action_columns()) + " each" : ""));
    }
    void check_actions(std::span<const std::int32_t> actions) const {
        check_action_size(actions.size(), false);
        const auto most = static_cast<std::uint32_t>(settings.action_count - 1);
        if (kernels.actions_legal({.number = actions.data()}, w.count, most)) return;
        const auto bad = std::find_if(actions.begin(), actions.end(), [&](std::int32_t a) {
            return static_cast<std::uint32_t>(a) > most;
        });
        throw ConfigError("action " + std::to_string(*bad) + " of world " +
                          std::to_string(bad - actions.begin()) + ": allowed 0 to " +
                          std::to_string(most));
    }
    void check_actions(std::span<const Real> actions) const {
        check_action_size(actions.size(), true);
        if (kernels.actions_legal({.value = actions.data(), .stride = w.count}, w.count, 0)) return;
        auto column = actions.begin();
        for (const ActionInfo& info : entry.tables.about().action_columns) {
            const auto bad = std::find_if(column, column + w.count, [&](Real a) {
                if (info.option_count() == 0) return !std::isfinite(a);
                return !(a >= 0 && a < static_cast<Real>(info.option_count()) &&
                         a == std::floor(a));
            });
            if (bad != column + w.count) throw ConfigError(illegal(info, *bad, bad - column));
            column += w.count;
        }
    }
    static std::string illegal(const ActionInfo& info, Real value, std::int64_t world) {
        return std::string("action ") + info.name + " = " + shortest(static_cast<double>(value)) +
               " of world " + std::to_string(world) + ": allowed " +
               (info.option_count() == 0 ? "finite numbers"
                                         : "0 to " + std::to_string(info.option_count() - 1));
    }

    // The last policy is kept bound, so that using it again allocates nothing.
    const BoundPolicy<Real>& bind(const PolicySpec& spec) const {
        if (!bound || bound->spec() != spec)
            bound.emplace(spec, kernels, entry.tables.about(), w.count);
        return *bound;
    }

    EpisodeTotals rollout(const BoundPolicy<Real>& policy, std::int64_t steps) {
        for_each_block(steps, [&](std::int64_t begin, std::int64_t end) {
            auto* out = totals.data() + begin / lane_count;
            std::fill_n(out, (end - begin) / lane_count, EpisodeTotals{});
            policy.kernels->rollout(w, begin, end, steps, policy.data(), out);
        });
        w.time += static_cast<std::uint64_t>(steps);
        EpisodeTotals sum;
        for (const EpisodeTotals& t : totals) {
            sum.episodes += t.episodes;
            sum.steps += t.steps;
            sum.return_sum += t.return_sum;
            sum.return_square_sum += t.return_square_sum;
        }
        return sum;
    }

    WorldMemory<Real> memory() { return {w, arena.bytes(), numbers.generators()}; }
    std::uint64_t fingerprint() const { return world_fingerprint(config, settings, sizeof(Real)); }

    std::span<const Real> column(const Real* first) const {
        return {first, static_cast<std::size_t>(w.count)};
    }
    ColumnGroup<Real> state() const {
        return {"state", kernels.state_types, w.state, nullptr, w.stride, w.count};
    }
    ColumnGroup<Real> observation() const {
        return {"observation", kernels.observation_types,
                w.observation, w.observation_bits,
                w.stride,      w.count};
    }
    ColumnGroup<Real> final_observation() const {
        return {"final_observation",
                kernels.observation_types,
                w.final_observation,
                w.final_observation_bits,
                w.stride,
                w.count};
    }

    VectorEnvConfig config;
    EnvironmentEntry entry;
    WorldSettings settings;
    Isa isa;
    const Kernels<Real>& kernels;
    Workers workers;
    Worlds<Real> w{};
    Arena arena;
    GymnasiumNumbers numbers;
    DrawPlan reset_draws, step_draws;
    std::vector<std::uint8_t> chosen;
    std::vector<EpisodeTotals> totals;
    mutable std::optional<BoundPolicy<Real>> bound;
    mutable std::vector<Real> vector_of_actions;  // sixteen worlds' [column][lane], of act()
    // What sample_actions() shows.
    std::vector<std::int32_t> sampled_numbers;
    std::vector<Real> sampled_columns;
};

}  // namespace lockstep
