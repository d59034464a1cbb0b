
#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

#include <lockstep/error.hpp>
#include <lockstep/testing.hpp>
#include <lockstep/vector_env.hpp>

#include "engine/memory/hash.hpp"
#include "engine/memory/layout.hpp"
#include "engine/text/number_text.hpp"
#include "engine/vector_env/action_buffer.hpp"

namespace lockstep::testing {
namespace {

constexpr std::int64_t worlds = 37, steps = 80;  // two whole vectors and a part of one
constexpr std::uint64_t seed = 11;

// Random actions, a function of world and time.
template <class Real>
class Player : public ActionBuffer<Real> {
public:
    using ActionBuffer<Real>::ActionBuffer;
    void act(const VectorEnv<Real>& env) { ActionBuffer<Real>::act(env, {"random"}); }
    void play(VectorEnv<Real>& env) { act(env), this->step(env); }
};

template <class Real>
void play(VectorEnv<Real>& env, std::int64_t count) {
    Player<Real> player(env);
    for (std::int64_t t = 0; t < count; ++t) player.play(env);
}

// The hash of everything that one world shows.
template <class Real>
std::uint64_t world_hash(const VectorEnv<Real>& env, std::int64_t world) {
    const auto at = static_cast<std::size_t>(world);
    Hash hash;
    const auto add = [&](double value) { hash.add(std::span<const double>(&value, 1)); };
    for (int k = 0; k < env.about().state_count(); ++k) add(env.state_value(k, world));
    for (int k = 0; k < env.about().observation_count(); ++k) add(env.observation_value(k, world));
    add(static_cast<double>(env.reward()[at])), add(static_cast<double>(env.episode_return()[at]));
    hash.mix(env.terminated()[at]), hash.mix(env.truncated()[at]);
    hash.mix(static_cast<std::uint64_t>(env.episode_length()[at]));
    return hash.value();
}

const char* name(Autoreset mode) {
    return mode == Autoreset::next_step   ? "next-step autoreset"
           : mode == Autoreset::same_step ? "same-step autoreset"
                                          : "disabled autoreset";
}
constexpr Autoreset modes[] = {Autoreset::next_step, Autoreset::same_step, Autoreset::disabled};

template <class Real>
class Checks {
public:
    Checks(const std::string& id, const EnvSettings& settings, std::vector<std::string>& faults)
        : config_{.id = id, .num_envs = worlds, .seed = seed, .settings = settings},
          faults_(faults) {}

    void run() {
        for (const Autoreset mode : modes) {
            config_.autoreset = mode;
            check_spaces();
            check_repeated();
            check_alone();
            check_snapshot();
            check_mask();
        }
        check_modes();
        check_rollout();
        check_set_state();
        check_actions();
        check_resets();
    }

private:
    void fault(const std::string& what) {
        const std::string text = std::string(sizeof(Real) == 4 ? "f32" : "f64") + ", " +
                                 name(config_.autoreset) + ": " + what;
        if (std::ranges::find(faults_, text) == faults_.end()) faults_.push_back(text);
    }
    VectorEnv<Real> make() const { return VectorEnv<Real>(config_); }
    VectorEnv<Real> make(auto&& change) const {
        VectorEnvConfig config = config_;
        change(config);
        return VectorEnv<Real>(config);
    }

    void check_spaces() {
        VectorEnv<Real> env = make();
        Player<Real> player(env);
        std::vector<char> beyond(static_cast<std::size_t>(worlds), 0);
        for (std::int64_t t = 0; t <= steps; ++t) {
            check_columns(env, beyond, t);
            // Columns of a world that continues after its end need not lie in their space.
            for (std::size_t i = 0; i < worlds && config_.autoreset == Autoreset::disabled; ++i)
                beyond[i] = static_cast<char>(beyond[i] | env.terminated()[i] | env.truncated()[i]);
            player.play(env);
        }
    }
    void check_columns(const VectorEnv<Real>& env, const std::vector<char>& beyond,
                       std::int64_t time) {
        int column = 0;
        for (const ColumnInfo& info : env.about().observations) {
            for (int k = 0; k < info.count(); ++k) check_column(env, info, column++, beyond, time);
        }
    }
    // Elementary functions have errors of about 1e-7 in single precision, 1e-16 in double.
    void check_column(const VectorEnv<Real>& env, const ColumnInfo& info, int column,
                      const std::vector<char>& beyond, std::int64_t time) {
        const double tolerance = sizeof(Real) == 4 ? 1e-6 : 1e-14;
        for (std::int64_t world = 0; world < worlds; ++world) {
            const double value = env.observation_value(column, world);
            const double margin = tolerance * std::max(1.0, std::abs(value));
            if (beyond[static_cast<std::size_t>(world)] != 0) continue;
            if (value >= info.low - margin && value <= info.high + margin && std::isfinite(value))
                continue;
            return fault("observation " + std::string(info.name) + " is " + shortest(value) +
                         " after " + std::to_string(time) + " steps: its space is " +
                         shortest(info.low) + " to " + shortest(info.high));
        }
    }

    void check_repeated() {
        VectorEnv<Real> first = make();
        play(first, steps);
        VectorEnv<Real> in_blocks = make([](VectorEnvConfig& c) { c.block = lane_count; });
        play(in_blocks, steps);
        if (first.hash() != in_blocks.hash())
            fault("the same seed gives other bits the second time, in blocks of sixteen worlds");
        for (const Isa isa : built_isas) {
            if (!supported(isa)) continue;
            VectorEnv<Real> again = make([&](VectorEnvConfig& c) { c.isa = isa; });
            play(again, steps);
            if (first.hash() != again.hash())
                fault("other bits on " + std::string(lockstep::name(isa)) + " than on " +
                      std::string(lockstep::name(first.isa())));
        }
    }

    void check_alone() {
        VectorEnv<Real> crowd = make();
        Player<Real> player(crowd);
        for (const std::int64_t world : {std::int64_t{0}, std::int64_t{21}, worlds - 1}) {
            crowd.reset(seed);
            VectorEnv<Real> alone = make([&](VectorEnvConfig& c) {
                c.num_envs = 1;
                c.first_world = static_cast<std::uint32_t>(world);
            });
            Player<Real> single(alone);
            for (std::int64_t t = 0; t <= steps; ++t) {
                if (world_hash(alone, 0) != world_hash(crowd, world)) {
                    fault("an environment alone is not what it is among others, from step " +
                          std::to_string(t));
                    return;
                }
                player.play(crowd), single.play(alone);
            }
        }
    }

    void check_snapshot() {
        VectorEnv<Real> env = make();
        play(env, steps / 2);
        const std::vector<std::byte> snapshot = env.snapshot();
        play(env, steps / 2);
        VectorEnv<Real> other = make();
        other.restore(snapshot);
        play(other, steps / 2);
        if (other.hash() != env.hash()) fault("a restored snapshot goes on differently");
    }

    void check_mask() {
        VectorEnv<Real> env = make();
        play(env, steps / 4);
        std::vector<std::uint64_t> before;
        std::vector<std::uint8_t> mask;
        for (std::int64_t i = 0; i < worlds; ++i) {
            before.push_back(world_hash(env, i));
            mask.push_back(static_cast<std::uint8_t>(i % 3 == 0));
        }
        env.reset(mask);
        for (std::int64_t i = 0; i < worlds; ++i) {
            const auto at = static_cast<std::size_t>(i);
            if (mask[at] == 0 && world_hash(env, i) != before[at])
                return fault("a reset by mask changes a world that the mask does not name");
            if (mask[at] != 0 && (env.episode_length()[at] != 0 || env.reward()[at] != 0 ||
                                  (env.terminated()[at] | env.truncated()[at]) != 0))
                return fault("a reset by mask leaves something of the episode before");
        }
    }

    // Compares the modes up to the end of each world's first episode.
    void check_modes() {
        std::vector<VectorEnv<Real>> envs;
        for (const Autoreset mode : modes)
            envs.push_back(make([&](VectorEnvConfig& c) { c.autoreset = mode; }));
        config_.autoreset = Autoreset::same_step;
        Player<Real> player(envs[0]);
        std::vector<char> done(static_cast<std::size_t>(worlds), 0);
        for (std::int64_t t = 0; t < steps; ++t) {
            for (VectorEnv<Real>& env : envs) player.play(env);
            for (std::int64_t i = 0; i < worlds; ++i) {
                const auto at = static_cast<std::size_t>(i);
                if (done[at] != 0) continue;
                for (const VectorEnv<Real>& env : envs) {
                    if (outcome(env, at) == outcome(envs[0], at)) continue;
                    return fault("autoreset modes differ before the first episode's end");
                }
                done[at] = static_cast<char>(envs[0].terminated()[at] | envs[0].truncated()[at]);
            }
        }
    }
    static std::uint64_t outcome(const VectorEnv<Real>& env, std::size_t world) {
        Hash hash;
        hash.add(env.reward().subspan(world, 1)), hash.add(env.episode_return().subspan(world, 1));
        hash.mix(env.terminated()[world]), hash.mix(env.truncated()[world]);
        hash.mix(static_cast<std::uint64_t>(env.episode_length()[world]));
        return hash.value();
    }

    void check_rollout() {
        config_.autoreset = Autoreset::same_step;
        VectorEnv<Real> rolled = make(), stepped = make();
        rolled.rollout({"random"}, steps);
        play(stepped, steps);
        if (rolled.hash() != stepped.hash()) fault("a rollout differs from its steps");
    }

    void check_set_state() {
        VectorEnv<Real> env = make();
        play(env, steps / 4);
        const std::uint64_t before = env.hash();
        const int columns = env.about().state_count();
        std::vector<Real> values;
        values.reserve(static_cast<std::size_t>(columns));
        for (int k = 0; k < columns; ++k)
            values.push_back(static_cast<Real>(env.state_value(k, worlds / 2)));
        // Floats hold integers exactly up to 2^24.
        const bool exact = std::ranges::all_of(
            values, [](Real v) { return sizeof(Real) == 8 || std::abs(v) < 0x1p24; });
        if (!exact) return;
        env.set_state(worlds / 2, values);
        if (env.hash() != before) fault("an environment that is set to its own state changes");
    }

    void check_actions() {
        VectorEnv<Real> env = make();
        Player<Real> player(env);
        player.act(env);
        const std::uint64_t before = env.hash();
        const auto refuses = [&](auto& action, auto wrong) {
            const auto right = action;
            action = wrong;
            try {
                player.step(env);
                fault("an illegal action is accepted");
            } catch (const ConfigError&) {
                if (env.hash() != before) fault("a refused action changes the state");
            }
            action = right;
        };
        if (player.columns().empty()) {
            refuses(player.numbers()[5], std::int32_t{-1});
            refuses(player.numbers()[worlds - 1], env.action_count());
        } else {
            refuses(player.columns()[5], std::numeric_limits<Real>::quiet_NaN());
            refuses(player.columns()[worlds - 1], std::numeric_limits<Real>::infinity());
            check_beyond(env, player);
        }
    }
    // Steps with numbers, in columns without options, far outside their bounds.
    void check_beyond(VectorEnv<Real>& env, Player<Real>& player) {
        std::size_t column = 0;
        for (const ActionInfo& info : env.about().action_columns) {
            for (std::size_t i = 0; i < worlds && info.option_count() == 0; ++i)
                player.columns()[column * worlds + i] = static_cast<Real>(i % 2 == 0 ? 1e6 : -1e6);
            ++column;
        }
        player.step(env);
        check_columns(env, std::vector<char>(static_cast<std::size_t>(worlds), 0), 1);
    }

    void check_resets() {
        if (make().about().gymnasium_draws == GymnasiumDraws::none) return;
        try {
            make([](VectorEnvConfig& c) { c.seeding = Seeding::gymnasium; });
        } catch (const ConfigError& error) {
            fault(error.what());
        }
    }

    VectorEnvConfig config_;
    std::vector<std::string>& faults_;
};

// How far apart two precisions may begin: where a reset simulates a step, rounding has grown.
constexpr double alike = 1e-4;

// The two precisions draw the same numbers, so that worlds begin alike up to rounding.
void check_precisions(const std::string& id, const EnvSettings& settings,
                      std::vector<std::string>& faults) {
    const VectorEnvConfig config{.id = id, .num_envs = worlds, .seed = seed, .settings = settings};
    const VectorEnv<float> single(config);
    const VectorEnv<double> wide(config);
    for (int k = 0; k < wide.about().state_count(); ++k) {
        for (std::int64_t world = 0; world < worlds; ++world) {
            const double a = single.state_value(k, world), b = wide.state_value(k, world);
            if (std::abs(a - b) <= alike * std::max(1.0, std::abs(b))) continue;
            faults.push_back("episodes begin with state column " + std::to_string(k) + " at " +
                             shortest(a) + " in f32 and " + shortest(b) + " in f64");
            return;
        }
    }
}

}  // namespace

std::vector<std::string> check_environment(const std::string& id, const EnvSettings& settings) {
    std::vector<std::string> faults;
    Checks<float>(id, settings, faults).run();
    Checks<double>(id, settings, faults).run();
    check_precisions(id, settings, faults);
    return faults;
}

}  // namespace lockstep::testing
