// The classic control problems against what Gymnasium 1.4 recorded (golden/classic).
//
// States have two tolerances. One step from a recorded state differs by rounding only, of which
// 1e-14 is a few at the sizes that occur. In a free run differences grow while no torque corrects
// them; over a hundred steps from 1e-16 to less than 1e-9.

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

constexpr double one_step = 1e-14, free_run = 1e-9;
constexpr std::size_t free_run_steps = 100;
// Half the distance between neighboring floats: the error of rounding an observation to f32.
constexpr double f32_rounding = 0x1p-24;

struct Episode {
    std::string file, id;
    std::uint64_t seed;
    std::size_t steps;
    Csv rows;
};

Csv golden(const std::string& file) { return Csv(LOCKSTEP_GOLDEN_DIR "/classic/" + file); }

std::vector<Episode> episodes(const std::string& id) {
    const Csv index = golden("index.csv");
    std::vector<Episode> all;
    for (std::size_t i = 0; i < index.rows(); ++i) {
        if (index.text(i, "env") != id) continue;
        const std::string& file = index.text(i, "file");
        all.push_back({file, id, static_cast<std::uint64_t>(index.number(i, "seed")),
                       static_cast<std::size_t>(index.number(i, "steps")), golden(file)});
    }
    return all;
}

std::vector<double> recorded(const Csv& rows, std::size_t row, const std::string& prefix) {
    std::vector<double> values;
    for (int k = 0; rows.has_column(prefix + std::to_string(k)); ++k)
        values.push_back(rows.number(row, prefix + std::to_string(k)));
    return values;
}

std::vector<double> state_of(const VectorEnv<double>& env, std::size_t world) {
    std::vector<double> values;
    for (int k = 0; k < env.about().state_count(); ++k) values.push_back(env.state(k)[world]);
    return values;
}

// The largest absolute difference of two numbers at the same position.
double distance(const std::vector<double>& a, const std::vector<double>& b) {
    REQUIRE(a.size() == b.size());
    double largest = 0;
    for (std::size_t k = 0; k < a.size(); ++k) {
        const double d = std::abs(a[k] - b[k]);
        if (!(d <= largest)) largest = d;
    }
    return largest;
}

bool same_bits(const std::vector<double>& a, const std::vector<double>& b) {
    REQUIRE(a.size() == b.size());
    for (std::size_t k = 0; k < a.size(); ++k) {
        if (std::bit_cast<std::uint64_t>(a[k]) != std::bit_cast<std::uint64_t>(b[k])) return false;
    }
    return true;
}

// Steps world i by the action of rows[first + i].
void step(VectorEnv<double>& env, const Csv& rows, std::size_t first) {
    std::vector<double> values;
    for (std::size_t i = 0; i < static_cast<std::size_t>(env.size()); ++i)
        values.push_back(rows.number(first + i, "action"));
    if (env.about().action_column_count() > 0) {
        env.step(values);
    } else {
        env.step(std::vector<std::int32_t>(values.begin(), values.end()));
    }
}

void check_observation(const VectorEnv<double>& env, std::size_t world, const Csv& rows,
                       std::size_t row, double tolerance) {
    const std::vector<double> expected = recorded(rows, row, "obs");
    REQUIRE(static_cast<int>(expected.size()) == env.about().observation_count());
    for (std::size_t k = 0; k < expected.size(); ++k) {
        CAPTURE(k);
        CHECK(std::abs(env.observation(static_cast<int>(k))[world] - expected[k]) <=
              tolerance + f32_rounding * std::abs(expected[k]));
    }
}

struct Tally {
    int steps = 0, states = 0, rewards = 0;
};

// Every row of an episode is its own world, set to the row's state and stepped once.
void check_single_steps(const Episode& episode, Tally& equal) {
    CAPTURE(episode.file);
    VectorEnv<double> env({.id = episode.id,
                           .num_envs = static_cast<std::int64_t>(episode.steps),
                           .autoreset = Autoreset::disabled});
    for (std::size_t t = 0; t < episode.steps; ++t)
        env.set_state(static_cast<std::int64_t>(t), recorded(episode.rows, t, "state"));
    step(env, episode.rows, 1);
    for (std::size_t t = 0; t < episode.steps; ++t, ++equal.steps) {
        CAPTURE(t);
        const auto expected = recorded(episode.rows, t + 1, "state"), got = state_of(env, t);
        CHECK(distance(got, expected) <= one_step);
        const double reward = episode.rows.number(t + 1, "reward");
        CHECK(distance({env.reward()[t]}, {reward}) <= one_step);
        CHECK(env.terminated()[t] == episode.rows.number(t + 1, "terminated"));
        check_observation(env, t, episode.rows, t + 1, one_step);
        equal.states += same_bits(got, expected);
        equal.rewards += env.reward()[t] == reward;
    }
}

// From its seed to its end.
void check_free_run(const Episode& episode) {
    CAPTURE(episode.file);
    VectorEnv<double> env({.id = episode.id,
                           .seed = episode.seed,
                           .autoreset = Autoreset::disabled,
                           .seeding = Seeding::gymnasium});
    CHECK(same_bits(state_of(env, 0), recorded(episode.rows, 0, "state")));
    for (std::size_t t = 1; t <= episode.steps; ++t) {
        CAPTURE(t);
        step(env, episode.rows, t);
        CHECK(env.terminated()[0] == episode.rows.number(t, "terminated"));
        CHECK(env.truncated()[0] == episode.rows.number(t, "truncated"));
        if (t > free_run_steps) continue;
        CHECK(distance(state_of(env, 0), recorded(episode.rows, t, "state")) <= free_run);
        CHECK(distance({env.reward()[0]}, {episode.rows.number(t, "reward")}) <= free_run);
        check_observation(env, 0, episode.rows, t, free_run);
    }
    CHECK((env.terminated()[0] | env.truncated()[0]) == 1);
    CHECK(env.episode_length()[0] == static_cast<int>(episode.steps));
}

void check_environment(const std::string& id, int steps) {
    const auto all = episodes(id);
    REQUIRE(all.size() == 6);
    Tally equal;
    for (const Episode& episode : all) {
        check_single_steps(episode, equal);
        check_free_run(episode);
    }
    CHECK(equal.steps == steps);
    std::printf(
        "[golden] %s: of %d steps, %d states and %d rewards equal Gymnasium's bit for bit\n",
        id.c_str(), equal.steps, equal.states, equal.rewards);
}

}  // namespace

TEST_CASE("MountainCar is Gymnasium's", "[golden]") { check_environment("MountainCar-v0", 966); }
TEST_CASE("MountainCarContinuous is Gymnasium's", "[golden]") {
    check_environment("MountainCarContinuous-v0", 3313);
}
TEST_CASE("Acrobot is Gymnasium's", "[golden]") { check_environment("Acrobot-v1", 1735); }
TEST_CASE("Pendulum is Gymnasium's", "[golden]") { check_environment("Pendulum-v1", 1200); }

}  // namespace lockstep
