// Exact solutions of the tutorials' small processes, against their tables and against fractions.

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <lockstep/vector_env.hpp>

#include "agents/dynamic_programming/solve.hpp"
#include "engine/finite/mdp_json.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/numbers.hpp"
#include "tests/support/random.hpp"
#include "tests/support/recorded.hpp"
#include "tests/support/tables.hpp"
#include "tools/reproduce/systems/policy_value.hpp"

namespace lockstep {
namespace {

using test::mdp_of;

constexpr double infinity = std::numeric_limits<double>::infinity();

// "12.5" or "-16430/3367".
double fraction(const Json& value) {
    const auto text = value.get<std::string>();
    const std::size_t slash = text.find('/');
    return test::number_of(text.substr(0, slash)) /
           (slash == text.npos ? 1 : test::number_of(text.substr(slash + 1)));
}

// near(ours, theirs) for every legal pair; the others are -infinity.
void check_table(const std::vector<double>& q, const Json& recorded, auto&& near) {
    REQUIRE(q.size() == 9);
    for (std::size_t s = 0; s < 3; ++s) {
        for (std::size_t a = 0; a < 3; ++a) {
            CAPTURE(s, a);
            const Json& theirs = recorded[s][a];
            CHECK((theirs.is_null() ? q[3 * s + a] == -infinity : near(q[3 * s + a], theirs)));
        }
    }
}

// The relative error of sums of a dozen terms, and the remainder of a contraction after its last
// sweep (2^-51 / (1 - 0.95) = 9e-15), stay well below.
bool close(double ours, double theirs) {
    return std::abs(ours - theirs) <= 1e-12 * std::max(1.0, std::abs(theirs));
}

Approx nearly(double value) { return Approx(value).epsilon(1e-12); }

const char* const gammas[] = {"0.9", "0.95"};

}  // namespace

TEST_CASE("fifty sweeps are the tutorial's, bit for bit", "[solve]") {
    for (const std::string gamma : gammas) {
        CAPTURE(gamma);
        const Json recorded = test::recorded("mdp/mdp.json").at(gamma);
        const QSolution ours = q_iteration(mdp_of("MDP-v0"), test::number_of(gamma), 50);
        CHECK(ours.sweeps == 50);
        check_table(ours.q, recorded["after_50"], [](double q, const Json& theirs) {
            return q == test::number_of(theirs.get<std::string>());
        });
        CHECK(greedy_actions(ours.q, 3) == recorded["argmax_50"].get<std::vector<std::int32_t>>());
    }
}

TEST_CASE("each of the fifty sweeps is the tutorial's", "[solve]") {
    for (const std::string gamma : gammas) {
        const Json history = test::recorded("mdp/mdp.json").at(gamma).at("history_Q_s0_a0");
        REQUIRE(history.size() == 50);
        for (std::size_t sweeps = 0; sweeps < history.size(); ++sweeps) {
            CAPTURE(gamma, sweeps);
            const auto ours = q_iteration(mdp_of("MDP-v0"), test::number_of(gamma),
                                          static_cast<std::int64_t>(sweeps));
            CHECK(test::bits(ours.q[0]) == test::recorded_bits(history[sweeps]));
        }
    }
}

TEST_CASE("fixed points are the exact fractions", "[solve]") {
    for (const std::string gamma : gammas) {
        CAPTURE(gamma);
        const Json recorded = test::recorded("mdp/mdp.json").at(gamma);
        const QSolution ours = q_fixed_point(mdp_of("MDP-v0"), test::number_of(gamma));
        CHECK(ours.converged);
        check_table(ours.q, recorded["exact_rational"],
                    [](double q, const Json& theirs) { return close(q, fraction(theirs)); });
        const ValueSolution values =
            value_iteration(mdp_of("MDP-v0"), test::number_of(gamma), 1e-14);
        CHECK(values.converged);
        for (std::size_t s = 0; s < 3; ++s)
            CHECK(close(values.values[s], best_values(ours.q, 3)[s]));
    }
}

TEST_CASE("the best action of s1 changes where the tutorial's does", "[solve]") {
    const FiniteMdp mdp = mdp_of("MDP-v0");
    double stays = 0.9, leaves = 0.95;
    while (leaves - stays > 1e-13) {
        const double gamma = (stays + leaves) / 2;
        const auto best = greedy_actions(q_fixed_point(mdp, gamma).q, 3);
        (best[1] == 0 ? stays : leaves) = gamma;
    }
    const Json recorded = test::recorded("mdp/mdp.json").at("gamma_where_s1_policy_flips");
    CHECK(std::abs(stays - test::number_of(recorded[0].get<std::string>())) < 1e-10);
    CHECK(std::abs(stays - 0.94763277762) < 1e-10);
}

TEST_CASE("what does not converge is said to", "[solve]") {
    const QSolution endless = q_fixed_point(mdp_of("MDP-v0"), 1, 1000);
    CHECK_FALSE(endless.converged);
    CHECK(endless.sweeps == 1000);
    CHECK_FALSE(value_iteration(mdp_of("MDP-v0"), 1, 1e-9, 1000).converged);
    CHECK(value_iteration(mdp_of("MDP-v0"), 1, 1e-9, 0).values == std::vector<double>(3, 0));
}

TEST_CASE("an end contributes its reward only", "[solve]") {
    const auto chain = q_fixed_point(mdp_of("Chain-v0"), 0.5);
    CHECK(chain.converged);
    for (std::size_t place = 1; place <= 9; ++place)
        CHECK(chain.q[2 * place + 1] == std::pow(0.5, 9 - static_cast<int>(place)));
    // Without a time limit and undiscounted, 14 of 17 cross the lake.
    CHECK(best_values(q_fixed_point(mdp_of("FrozenLake-v1"), 1).q, 4)[0] == nearly(14.0 / 17));
    const auto cliff = q_fixed_point(mdp_of("CliffWalking-v1"), 1);
    CHECK(best_values(cliff.q, 4)[36] == -13);
}

TEST_CASE("a reward with noise counts with its mean", "[solve]") {
    for (const auto& [noise, best] : {std::pair{"normal", 1.0}, {"uniform", 1.5}, {"none", 1.0}}) {
        const FiniteMdp bandit = mdp_of("Bandit-v0", {std::string("noise=") + noise});
        CHECK(best_values(q_iteration(bandit, 0, 1).q, 5)[0] == best);
        CHECK(evaluate(bandit, deterministic_policy(bandit, std::vector{4}), {.max_steps = 10})
                  .value == nearly(10 * best));
    }
}

TEST_CASE("the Markov chain ends when the exact fractions say", "[solve]") {
    const Json recorded = test::recorded("mdp/markov_chain.json");
    const FiniteMdp mdp = mdp_of("MarkovChain-v0");
    PolicyChain crowd(mdp, uniform_policy(mdp));
    for (const Json& chance : recorded["pmf_k1_50"]) {
        crowd.step();
        CHECK(crowd.ended()[0] == nearly(test::number_of(chance.get<std::string>())));
    }
    const PolicyValue value = evaluate(mdp, uniform_policy(mdp));
    REQUIRE(value.ends.size() == 1);
    CHECK(value.ends[0].kind == PolicyChain::Ending{3, 0});
    CHECK(value.all.probability == nearly(1));
    CHECK(value.all.mean() == nearly(16));
    CHECK(value.all.variance() == nearly(328));
    CHECK(value.value == nearly(16));  // one per transition
    CHECK(evaluate(mdp, uniform_policy(mdp), {.start = 1}).all.mean() == nearly(19));
    CHECK(evaluate(mdp, uniform_policy(mdp), {.start = 2}).all.mean() == nearly(20));
    CHECK(1 - evaluate(mdp, uniform_policy(mdp), {.max_steps = 50}).unfinished ==
          nearly(test::number_of(recorded["cdf_k50"].get<std::string>())));
}

TEST_CASE("the slides' walks have their exact figures", "[solve]") {
    const Json recorded = test::recorded("slides/seed002_tabular_reference.json");
    const FiniteMdp chain = mdp_of("Chain-v0"), lazy = mdp_of("LazyChain-v0");
    const PolicyValue walk = evaluate(chain, uniform_policy(chain));
    REQUIRE(walk.ends.size() == 2);
    CHECK(walk.ends[1].kind == PolicyChain::Ending{10, 0});
    CHECK(walk.ends[1].length.probability == nearly(0.5));
    CHECK(walk.ends[1].length.mean() == nearly(25));
    CHECK(walk.all.mean() == nearly(25));
    CHECK(walk.value == nearly(0.5));
    const PolicyValue slow = evaluate(lazy, uniform_policy(lazy));
    CHECK(slow.all.mean() == nearly(37.5));
    CHECK(slow.value == nearly(-65));
    CHECK(evaluate(lazy, uniform_policy(lazy), {.max_steps = 20}).value ==
          nearly(recorded["SimpleEnvironment_random_agent_exact"]["expected_total_reward_20_steps"]
                     .get<double>()));
}

TEST_CASE("the best policy has the value that sweeps give its start", "[solve]") {
    for (const char* id : {"FrozenLake-v1", "FrozenLake8x8-v1", "Taxi-v3", "Chain-v0"}) {
        CAPTURE(id);
        const FiniteMdp mdp = mdp_of(id);
        const QSolution best = q_fixed_point(mdp, 0.99);
        REQUIRE(best.converged);
        const auto policy = deterministic_policy(mdp, greedy_actions(best.q, mdp.actions));
        double mean = 0;
        for (const std::uint32_t start : mdp.starts)
            mean +=
                best_values(best.q, mdp.actions)[start] / static_cast<double>(mdp.starts.size());
        CHECK(evaluate(mdp, policy, {.gamma = 0.99, .max_steps = 10'000}).value == nearly(mean));
    }
}

TEST_CASE("worlds that are stepped do as was computed", "[solve][chance]") {
    auto random = test::random_numbers("random walks on the frozen lake");
    const FiniteMdp mdp = mdp_of("FrozenLake-v1");
    const PolicyValue exact = evaluate(mdp, uniform_policy(mdp), {.max_steps = 100});
    auto env = make<float>("FrozenLake-v1", 4096, random());
    const EpisodeTotals totals = env.rollout({.name = "random"}, 2000);
    // Six standard errors of a share, exceeded once in 10^9. Episodes that end early are counted
    // sooner, by at most one unfinished episode per world: that shifts the share by less than
    // 4096 / episodes of itself.
    const auto n = static_cast<double>(totals.episodes);
    const double p = exact.value;
    CHECK(std::abs(totals.return_sum / n - p) < 6 * std::sqrt(p * (1 - p) / n) + p * 4096 / n);
}

}  // namespace lockstep
