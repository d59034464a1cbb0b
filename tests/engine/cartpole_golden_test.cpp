// CartPole against what Gymnasium 1.3 recorded (golden/cartpole).
//
// States have two tolerances. One step from a recorded state differs by rounding only: 1e-14 is
// about twenty roundings at the sizes that occur. In a free run the falling pole multiplies a
// difference by 1.08 per step, exp(0.02 s * sqrt(9.8 / (0.5 * 1.26))), while no push corrects it:
// in 200 steps 1e-16 becomes 1e-9.

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

#include <lockstep/vector_env.hpp>

#include "tests/support/catch.hpp"
#include "tests/support/csv.hpp"

namespace lockstep {
namespace {

using test::Csv;

constexpr double one_step = 1e-14;
constexpr double free_run = 1e-9;
constexpr int free_run_steps = 200;
// Half the distance between neighboring floats: the error of rounding an observation to f32.
constexpr double f32_rounding = 0x1p-24;

const std::array<std::string, 4> columns{"x", "x_dot", "theta", "theta_dot"};

Csv golden(const std::string& file) { return Csv(LOCKSTEP_GOLDEN_DIR "/cartpole/" + file); }

std::uint64_t bits(double value) { return std::bit_cast<std::uint64_t>(value); }

std::array<double, 4> recorded_state(const Csv& file, std::size_t row) {
    std::array<double, 4> state{};
    for (std::size_t k = 0; k < 4; ++k) state[k] = file.number(row, columns[k]);
    return state;
}

std::array<double, 4> state_of(const VectorEnv<double>& env, std::size_t world) {
    std::array<double, 4> state{};
    for (std::size_t k = 0; k < 4; ++k) state[k] = env.state(static_cast<int>(k))[world];
    return state;
}

bool same_bits(const std::array<double, 4>& a, const std::array<double, 4>& b) {
    for (std::size_t k = 0; k < 4; ++k) {
        if (bits(a[k]) != bits(b[k])) return false;
    }
    return true;
}

double distance(const std::array<double, 4>& a, const std::array<double, 4>& b) {
    double largest = 0;
    for (std::size_t k = 0; k < 4; ++k) {
        if (!(std::abs(a[k] - b[k]) <= largest)) largest = std::abs(a[k] - b[k]);
    }
    return largest;
}

struct Trajectory {
    std::string id;
    EnvSettings settings;
    std::uint64_t seed;
    std::size_t first_end;
    Csv rows;
};

std::vector<Trajectory> trajectories() {
    const Csv index = golden("trajectories.csv");
    std::vector<Trajectory> all;
    for (std::size_t i = 0; i < index.rows(); ++i) {
        std::string number = index.text(i, "id");
        number.insert(0, 2 - number.size(), '0');
        EnvSettings settings;
        settings.choices["kinematics_integrator"] = index.text(i, "integrator");
        settings.choices["sutton_barto_reward"] =
            index.text(i, "sutton_barto_reward") == "1" ? "true" : "false";
        all.push_back({number, settings,
                       static_cast<std::uint64_t>(index.number(i, "reset_seed_and_lcg_seed")),
                       static_cast<std::size_t>(index.number(i, "first_done_step")),
                       golden("trajectory_" + number + ".csv")});
    }
    return all;
}

std::int32_t recorded_action(const Csv& file, std::size_t row) {
    return static_cast<std::int32_t>(file.number(row, "action"));
}

void check_outcome(const VectorEnv<double>& env, std::size_t world, const Csv& file,
                   std::size_t row) {
    CHECK(env.reward()[world] == file.number(row, "reward"));
    CHECK(env.terminated()[world] == file.number(row, "terminated"));
    CHECK(env.truncated()[world] == file.number(row, "truncated"));
}

void check_f32_observation(const VectorEnv<double>& env, std::size_t world, const Csv& file,
                           std::size_t row, const std::string& prefix = "obs") {
    for (int k = 0; k < 4; ++k) {
        CAPTURE(k);
        const auto seen = prefix == "obs" ? env.observation(k) : env.final_observation(k);
        // Written with the fewest digits that distinguish floats, so it is exact as a float.
        const float recorded =
            static_cast<float>(file.number(row, prefix + std::to_string(k) + "_f32"));
        CHECK(std::abs(seen[world] - recorded) <=
              free_run + f32_rounding * std::abs(static_cast<double>(recorded)));
    }
}

// Every row of a trajectory is its own world, set to the row's state and stepped once.
VectorEnv<double> teacher_forced(const Trajectory& trajectory) {
    const std::size_t steps = trajectory.rows.rows() - 1;
    VectorEnv<double> env({.id = "CartPole-v1",
                           .num_envs = static_cast<std::int64_t>(steps),
                           .autoreset = Autoreset::disabled,
                           .settings = trajectory.settings});
    std::vector<std::int32_t> actions;
    for (std::size_t t = 0; t < steps; ++t) {
        env.set_state(static_cast<std::int64_t>(t), recorded_state(trajectory.rows, t));
        actions.push_back(recorded_action(trajectory.rows, t + 1));
    }
    env.step(actions);
    return env;
}

void check_one_step(const VectorEnv<double>& env, const Trajectory& trajectory, std::size_t t,
                    int& equal) {
    CAPTURE(t);
    const auto expected = recorded_state(trajectory.rows, t + 1), got = state_of(env, t);
    CHECK(distance(got, expected) <= one_step);
    CHECK(env.terminated()[t] == trajectory.rows.number(t + 1, "terminated"));
    // These worlds do not know that their episode has ended, which changes the reward.
    if (t < trajectory.first_end) {
        CHECK(env.reward()[t] == trajectory.rows.number(t + 1, "reward"));
    }
    equal += same_bits(got, expected);
}

void replay(const Trajectory& trajectory) {
    CAPTURE(trajectory.id);
    VectorEnv<double> env({.id = "CartPole-v1",
                           .seed = trajectory.seed,
                           .autoreset = Autoreset::disabled,
                           .seeding = Seeding::gymnasium,
                           .settings = trajectory.settings});
    CHECK(same_bits(state_of(env, 0), recorded_state(trajectory.rows, 0)));
    for (std::size_t t = 1; t < trajectory.rows.rows(); ++t) {
        CAPTURE(t);
        env.step(std::array{recorded_action(trajectory.rows, t)});
        check_outcome(env, 0, trajectory.rows, t);
        if (t > free_run_steps) continue;
        CHECK(distance(state_of(env, 0), recorded_state(trajectory.rows, t)) <= free_run);
        check_f32_observation(env, 0, trajectory.rows, t);
    }
}

// A recording of several environments: one row per environment and time, in that order.
struct Recording {
    Csv file;
    std::size_t worlds;

    std::size_t steps() const { return file.rows() / worlds - 1; }
    std::size_t row(std::size_t t, std::size_t world) const { return t * worlds + world; }
    bool ended(std::size_t t, std::size_t world) const {
        return t > 0 && (file.text(row(t, world), "terminated") == "1" ||
                         file.text(row(t, world), "truncated") == "1");
    }
    std::vector<std::int32_t> actions(std::size_t t) const {
        std::vector<std::int32_t> all;
        for (std::size_t i = 0; i < worlds; ++i) all.push_back(recorded_action(file, row(t, i)));
        return all;
    }
};

Recording four_worlds(const std::string& name) {
    Recording recording{golden(name), 4};
    for (std::size_t row = 0; row < recording.file.rows(); ++row) {
        REQUIRE(recording.file.number(row, "t") == static_cast<double>(row / 4));
        REQUIRE(recording.file.number(row, "env") == static_cast<double>(row % 4));
    }
    return recording;
}

void check_fresh(const VectorEnv<double>& env, const Recording& recording, std::size_t t,
                 std::size_t world) {
    const std::size_t row = recording.row(t, world);
    for (int k = 0; k < 4; ++k) {
        const auto name = "obs" + std::to_string(k) + "_f32";
        CHECK(static_cast<float>(env.observation(k)[world]) ==
              static_cast<float>(recording.file.number(row, name)));
    }
    if (recording.file.has_column("x")) {
        CHECK(same_bits(state_of(env, world), recorded_state(recording.file, row)));
    }
}

void check_going(const VectorEnv<double>& env, const Recording& recording, std::size_t t,
                 std::size_t world) {
    const std::size_t row = recording.row(t, world);
    check_f32_observation(env, world, recording.file, row);
    if (recording.file.has_column("x")) {
        CHECK(distance(state_of(env, world), recorded_state(recording.file, row)) <= free_run);
    }
}

// Returns how many episodes began after the first ones.
int replay(const Recording& recording, Seeding seeding, Autoreset autoreset) {
    VectorEnv<double> env({.id = "CartPole-v1",
                           .num_envs = 4,
                           .seed = 42,
                           .autoreset = autoreset,
                           .seeding = seeding});
    std::array<std::size_t, 4> began{};
    int resets = 0;
    for (std::size_t world = 0; world < 4; ++world) check_fresh(env, recording, 0, world);
    for (std::size_t t = 1; t <= recording.steps(); ++t) {
        env.step(recording.actions(t));
        for (std::size_t world = 0; world < 4; ++world) {
            CAPTURE(t, world);
            check_outcome(env, world, recording.file, recording.row(t, world));
            const bool same_step = autoreset == Autoreset::same_step;
            if (recording.ended(same_step ? t : t - 1, world)) {
                if (same_step) {
                    check_f32_observation(env, world, recording.file, recording.row(t, world),
                                          "final_obs");
                }
                check_fresh(env, recording, t, world);
                began[world] = t;
                ++resets;
            } else if (t - began[world] <= free_run_steps) {
                check_going(env, recording, t, world);
            }
        }
    }
    return resets;
}

}  // namespace

TEST_CASE("one step from every recorded state is Gymnasium's", "[golden]") {
    int rows = 0, equal = 0;
    for (const Trajectory& trajectory : trajectories()) {
        CAPTURE(trajectory.id);
        const VectorEnv<double> env = teacher_forced(trajectory);
        for (std::size_t t = 0; t + 1 < trajectory.rows.rows(); ++t, ++rows) {
            check_one_step(env, trajectory, t, equal);
        }
    }
    CHECK(rows == 5716);
    std::printf("[golden] %d of %d steps equal Gymnasium's bit for bit\n", equal, rows);
}

TEST_CASE("recorded episodes replay from their seed, also beyond their end", "[golden]") {
    const auto all = trajectories();
    REQUIRE(all.size() == 20);
    for (const Trajectory& trajectory : all) replay(trajectory);
}

TEST_CASE("500 seeds reset as Gymnasium resets them, bit for bit", "[golden]") {
    const Csv file = golden("resets.csv");
    REQUIRE(file.rows() == 500);
    VectorEnv<double> env({.id = "CartPole-v1", .seeding = Seeding::gymnasium});
    // World i of many has seed + i, as in Gymnasium's SyncVectorEnv.
    const VectorEnv<double> many(
        {.id = "CartPole-v1", .num_envs = 500, .seeding = Seeding::gymnasium});
    for (std::size_t row = 0; row < file.rows(); ++row) {
        CAPTURE(row);
        env.reset(static_cast<std::uint64_t>(file.number(row, "seed")));
        CHECK(same_bits(state_of(env, 0), recorded_state(file, row)));
        CHECK(same_bits(state_of(many, row), recorded_state(file, row)));
    }
}

TEST_CASE("resets without a seed go on with Gymnasium's stream, bit for bit", "[golden]") {
    const Csv file = golden("resets_sequence_seed42.csv");
    REQUIRE(file.rows() == 20);
    VectorEnv<double> env({.id = "CartPole-v1", .seed = 42, .seeding = Seeding::gymnasium});
    for (std::size_t row = 0; row < file.rows(); ++row) {
        CAPTURE(row);
        CHECK(same_bits(state_of(env, 0), recorded_state(file, row)));
        env.reset();
    }
}

TEST_CASE("single precision resets are Gymnasium's, rounded once", "[golden]") {
    const Csv file = golden("resets.csv");
    const VectorEnv<float> env(
        {.id = "CartPole-v1", .num_envs = 500, .seeding = Seeding::gymnasium});
    for (std::size_t row = 0; row < file.rows(); ++row) {
        CAPTURE(row);
        for (int k = 0; k < 4; ++k) {
            const double recorded = file.number(row, columns[static_cast<std::size_t>(k)]);
            CHECK(env.state(k)[row] == static_cast<float>(recorded));
        }
    }
}

TEST_CASE("a recorded CartPoleVectorEnv replays: one generator, next-step autoreset", "[golden]") {
    const Recording recording = four_worlds("vectorenv_n4_seed42.csv");
    CHECK(replay(recording, Seeding::gymnasium_shared, Autoreset::next_step) > 20);
}

TEST_CASE("a recorded SyncVectorEnv replays: next-step autoreset", "[golden]") {
    const Recording recording = four_worlds("syncvectorenv_n4_seed42.csv");
    CHECK(replay(recording, Seeding::gymnasium, Autoreset::next_step) > 20);
}

TEST_CASE("a recorded SyncVectorEnv replays: same-step autoreset", "[golden]") {
    const Recording recording = four_worlds("syncvectorenv_samestep_n4_seed42.csv");
    CHECK(replay(recording, Seeding::gymnasium, Autoreset::same_step) > 5);
}

}  // namespace lockstep
