// LunarLander against what Gymnasium 1.4 and its Box2D 2.3.10 recorded (golden/lunarlander), bit
// for bit: 30 episodes, alone and many to a vector.

#include <cstdint>
#include <string>
#include <vector>

#include <lockstep/vector_env.hpp>

#include "tests/support/catch.hpp"
#include "tests/support/csv.hpp"

namespace lockstep {
namespace {

using test::Csv;

struct Episode {
    std::string file, kind;
    std::uint64_t seed;
    std::size_t steps;
    Csv rows;
};

std::vector<Episode> recorded(const std::string& kind) {
    const std::string folder = LOCKSTEP_GOLDEN_DIR "/lunarlander/";
    const Csv index(folder + "index.csv");
    std::vector<Episode> all;
    for (std::size_t i = 0; i < index.rows(); ++i) {
        if (index.text(i, "kind") != kind) continue;
        const std::string& file = index.text(i, "file");
        all.push_back({file, kind, static_cast<std::uint64_t>(index.number(i, "seed")),
                       static_cast<std::size_t>(index.number(i, "steps")), Csv(folder + file)});
    }
    return all;
}

// One world for each episode, whose seeds follow one another. Gymnasium recorded no time limit.
VectorEnv<double> begin(const Episode* episode, std::size_t count) {
    const bool continuous = episode->kind.ends_with("continuous");
    EnvSettings settings;
    settings.max_episode_steps = 1'000'000;
    if (episode->kind.starts_with("wind")) settings.choices["enable_wind"] = "true";
    return VectorEnv<double>({.id = continuous ? "LunarLanderContinuous-v3" : "LunarLander-v3",
                              .num_envs = static_cast<std::int64_t>(count),
                              .seed = episode->seed,
                              .autoreset = Autoreset::disabled,
                              .seeding = Seeding::gymnasium,
                              .settings = settings});
}

// Steps every world by its recorded action; those whose episode is over do nothing.
void step(VectorEnv<double>& env, const Episode* episode, std::size_t count, std::size_t t) {
    const auto action = [&](std::size_t i, const char* column) {
        return t <= episode[i].steps ? episode[i].rows.number(t, column) : 0;
    };
    if (env.about().action_column_count() > 0) {
        std::vector<double> actions;
        for (const char* column : {"action", "action_lateral"}) {
            for (std::size_t i = 0; i < count; ++i) actions.push_back(action(i, column));
        }
        env.step(actions);
    } else {
        std::vector<std::int32_t> actions;
        for (std::size_t i = 0; i < count; ++i)
            actions.push_back(static_cast<std::int32_t>(action(i, "action")));
        env.step(actions);
    }
}

// Recorded numbers are floats, but for the reward, and were written so that they read back exactly.
bool same(double number, const Csv& rows, std::size_t t, const std::string& column) {
    return number == static_cast<double>(static_cast<float>(rows.number(t, column)));
}

// Whether world i is as recorded after step t.
bool as_recorded(const VectorEnv<double>& env, std::size_t i, const Csv& rows, std::size_t t) {
    const auto world = static_cast<std::int64_t>(i);
    bool equal = true;
    int k = 0;
    for (const ColumnInfo& column : env.about().state_columns()) {
        if (rows.has_column(column.name))
            equal = equal && same(env.state_value(k, world), rows, t, column.name);
        k += column.count();
    }
    for (int o = 0; o < env.about().observation_count(); ++o) {
        equal = equal && same(env.observation_value(o, world), rows, t, "obs" + std::to_string(o));
    }
    if (t == 0) return equal;
    return equal && env.reward()[i] == rows.number(t, "reward") &&
           env.terminated()[i] == (rows.number(t, "terminated") != 0 ? 1 : 0);
}

// Plays the episodes side by side; returns how many rows were compared.
std::size_t check(const Episode* episode, std::size_t count) {
    VectorEnv<double> env = begin(episode, count);
    std::size_t longest = 0, compared = 0;
    for (std::size_t i = 0; i < count; ++i) {
        REQUIRE(episode[i].seed == episode[0].seed + i);
        longest = std::max(longest, episode[i].steps);
    }
    for (std::size_t t = 0; t <= longest; ++t) {
        if (t > 0) step(env, episode, count, t);
        for (std::size_t i = 0; i < count; ++i) {
            if (t > episode[i].steps) continue;
            CAPTURE(episode[i].file, t);
            CHECK(as_recorded(env, i, episode[i].rows, t));
            ++compared;
        }
    }
    return compared;
}

}  // namespace

TEST_CASE("every recorded step is the same bits", "[lunar_lander]") {
    std::size_t together = 0, alone = 0;
    for (const char* kind : {"discrete", "continuous", "wind", "wind-continuous"}) {
        const std::vector<Episode> episodes = recorded(kind);
        together += check(episodes.data(), episodes.size());
        for (const Episode& episode : episodes) alone += check(&episode, 1);
    }
    CHECK(together == 6235);
    CHECK(alone == 6235);
}

// Gymnasium's means over thousands of episodes are 238 and -183; these bounds tell a broken world from a sound one.
TEST_CASE("the heuristic lands, and chance crashes", "[lunar_lander]") {
    const auto mean_return = [](const char* policy) {
        VectorEnv<float> env(
            {.id = "LunarLander-v3", .num_envs = 64, .seed = 7, .autoreset = Autoreset::same_step});
        const EpisodeTotals totals = env.rollout({.name = policy}, 400);
        REQUIRE(totals.episodes > 60);
        return totals.return_sum / static_cast<double>(totals.episodes);
    };
    CHECK(mean_return("heuristic") > 200);
    CHECK(mean_return("random") < -140);
}

}  // namespace lockstep
