// Actions that consist of numbers: how they are given, checked, drawn and chosen.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <lockstep/vector_env.hpp>

#include "tests/support/catch.hpp"
#include "tests/support/errors.hpp"

namespace lockstep {
namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
const std::string pendulum = "Pendulum-v1";

}  // namespace

TEST_CASE("actions are checked before anything is stepped", "[actions]") {
    auto env = make<double>(pendulum, 21);
    const std::uint64_t before = env.hash();
    std::vector<double> torques(21, 0.5);
    for (const double wrong : {not_a_number, std::numeric_limits<double>::infinity(),
                               -std::numeric_limits<double>::infinity()}) {
        for (const std::size_t world : {0U, 15U, 16U, 20U}) {
            torques[world] = wrong;
            test::check_refused([&] { env.step(torques); },
                                {"torque", "world " + std::to_string(world), "finite"});
            torques[world] = 0.5;
        }
    }
    torques.push_back(0);
    test::check_refused([&] { env.step(torques); }, {"22 actions", "21 worlds"});
    test::check_refused([&] { env.act({"random"}, torques); }, {"22 actions", "21 worlds"});
    CHECK(env.hash() == before);
    CHECK(env.action_count() == 0);
}

TEST_CASE("whoever gives the other kind of actions is told which there are", "[actions]") {
    auto env = make<float>(pendulum, 3);
    std::vector<std::int32_t> numbers(3);
    test::check_refused([&] { env.step(numbers); },
                        {pendulum, "columns of real numbers, 1 a world"});
    test::check_refused([&] { env.act({"random"}, numbers); }, {"columns of real numbers"});
    auto cartpole = make<float>("CartPole-v1", 3);
    std::vector<float> values(3);
    test::check_refused([&] { cartpole.step(values); }, {"CartPole-v1", "whole numbers"});
}

TEST_CASE("what lies beyond the bounds is the environment's to clip", "[actions]") {
    auto within = make<double>(pendulum, 16), beyond = make<double>(pendulum, 16);
    within.step(std::vector<double>(16, 2));
    beyond.step(std::vector<double>(16, 1e9));
    CHECK(within.hash() == beyond.hash());
    // MountainCarContinuous clips the force, but charges for the force that was requested.
    auto car = make<double>("MountainCarContinuous-v0", 1);
    car.step(std::vector<double>{3});
    CHECK(car.reward()[0] == -9 * 0.1);
}

TEST_CASE("random actions are uniform within their bounds", "[actions]") {
    constexpr int worlds = 10'000;
    auto env = make<float>(pendulum, worlds);
    std::vector<float> actions(worlds);
    env.act({"random"}, actions);
    CHECK(std::ranges::all_of(actions, [](float a) { return a >= -2 && a < 2; }));
    double sum = 0, squares = 0;
    for (const double a : actions) sum += a, squares += a * a;
    // Six standard errors of the mean and of the mean square of a uniform number in [-2, 2].
    CHECK(std::abs(sum / worlds) < 6 * std::sqrt(4.0 / 3 / worlds));
    CHECK(std::abs(squares / worlds - 4.0 / 3) < 6 * std::sqrt(64.0 / 45 / worlds));
    auto wide = make<double>(pendulum, worlds);
    std::vector<double> same(worlds);
    wide.act({"random"}, same);
    for (std::size_t i = 0; i < worlds; ++i) REQUIRE(std::abs(same[i] - actions[i]) < 1e-6);
}

TEST_CASE("a linear policy's numbers stay within their bounds", "[actions]") {
    auto env = make<double>(pendulum, 50);
    const std::vector<double> weights = {1.5, -0.25, 4};
    std::vector<double> actions(50);
    env.act({"linear", weights}, actions);
    for (std::size_t i = 0; i < actions.size(); ++i) {
        const double sum = weights[0] * env.observation(0)[i] + weights[1] * env.observation(1)[i] +
                           weights[2] * env.observation(2)[i];
        CHECK(std::abs(actions[i] - std::clamp(sum, -2.0, 2.0)) < 1e-14);  // a few roundings
    }
    test::check_refused([&] { env.act({"linear", {1, 2}}, actions); }, {"2 weights", "allowed 3"});
    test::check_refused([&] { env.act({"basic"}, actions); }, {"basic"});
}

TEST_CASE("of more than two actions a linear policy takes the one with the largest sum",
          "[actions]") {
    auto env = make<double>("MountainCar-v0", 40);
    const std::vector<double> weights = {0.5, 0, 0, 0, -0.5, 0};  // [action][observation]
    std::vector<std::int32_t> actions(40);
    env.act({"linear", weights}, actions);
    // Positions begin below 0.
    CHECK(std::ranges::all_of(actions, [](std::int32_t a) { return a == 2; }));
    env.act({"linear", std::vector<double>(6, 0.0)}, actions);
    CHECK(std::ranges::all_of(actions, [](std::int32_t a) { return a == 0; }));
}

TEST_CASE("a rollout is its steps, with actions of numbers", "[actions]") {
    const auto check = [](auto& rolled, auto& stepped, const PolicySpec& policy) {
        const EpisodeTotals totals = rolled.rollout(policy, 450);
        std::vector<std::decay_t<decltype(rolled.reward()[0])>> actions(100);
        std::int64_t episodes = 0;
        for (int t = 0; t < 450; ++t) {
            stepped.act(policy, actions);
            stepped.step(actions);
            for (std::size_t i = 0; i < 100; ++i)
                episodes += stepped.terminated()[i] | stepped.truncated()[i];
        }
        CHECK(rolled.hash() == stepped.hash());
        CHECK(totals.episodes == episodes);
        CHECK(totals.episodes > 0);
    };
    for (const PolicySpec& policy : {PolicySpec{"random"}, PolicySpec{"linear", {1, 0.5, 2}}}) {
        auto rolled = make<float>(pendulum, 100), stepped = make<float>(pendulum, 100);
        check(rolled, stepped, policy);
        auto wide = make<double>(pendulum, 100), singly = make<double>(pendulum, 100);
        check(wide, singly, policy);
    }
}

}  // namespace lockstep
