// Frozen lake, cliff walking and taxi against tables and episodes recorded from Gymnasium itself.

#include <cmath>
#include <fstream>
#include <string>
#include <vector>

#include <lockstep/vector_env.hpp>

#include "engine/text/json.hpp"
#include "engine/text/text_file.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/csv.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/frequencies.hpp"
#include "tests/support/random.hpp"
#include "tests/support/tables.hpp"

namespace lockstep {
namespace {

using Assignments = std::vector<std::string>;
using test::check_refused;
using test::mdp_of;

const std::string golden = std::string(LOCKSTEP_GOLDEN_DIR) + "/toy_text/";

void check_table(const FiniteMdp& mdp, const std::string& file) {
    CAPTURE(file);
    const Json recorded = parse_json(read_text_file(golden + file + ".json"));
    const auto probabilities = recorded["probabilities"].get<std::vector<double>>();
    REQUIRE(mdp.states == static_cast<std::int64_t>(recorded["P"].size()));
    REQUIRE(mdp.actions == static_cast<std::int64_t>(recorded["P"][0].size()));
    for (std::int64_t s = 0; s < mdp.states; ++s) {
        for (std::int64_t a = 0; a < mdp.actions; ++a) {
            CAPTURE(s, a);
            const Json& theirs =
                recorded["P"][static_cast<std::size_t>(s)][static_cast<std::size_t>(a)];
            const auto ours = mdp.of(s, a);
            REQUIRE(ours.size() == theirs.size());
            for (std::size_t k = 0; k < ours.size(); ++k) {
                CAPTURE(k);
                const bool same =
                    ours[k].probability == probabilities[theirs[k][0].get<std::size_t>()] &&
                    ours[k].next == theirs[k][1] && ours[k].reward == theirs[k][2] &&
                    ours[k].terminated == (theirs[k][3] == 1);
                REQUIRE(same);
            }
        }
    }
    CHECK(mdp.starts == recorded["starts"].get<std::vector<std::uint32_t>>());
    CHECK(recorded["start_probability"] == 1 / static_cast<double>(mdp.starts.size()));
}

const std::string custom_lake = "FSFHF\nHFFFS\nFFHFG\n";

// Ids with which the recorded episodes can be played.
VectorEnvConfig world_of(const std::string& id) {
    VectorEnvConfig config{.id = id};
    config.autoreset = Autoreset::disabled;
    if (id.starts_with("FrozenLake"))
        config.settings = test::settings_of(id, {"is_slippery=false"});
    return config;
}

template <class Real>
void check_recorded_episodes(const test::Csv& rows, const std::string& id) {
    VectorEnv<Real> env(world_of(id));
    bool over = true;
    std::size_t played = 0;
    for (std::size_t row = 0; row < rows.rows(); ++row) {
        if (rows.text(row, "env") != id) continue;
        CAPTURE(id, row);
        const auto state = static_cast<Real>(rows.number(row, "state"));
        if (over) {
            env.reset();
            env.set_state(0, std::vector{state});
        }
        env.step(std::vector{static_cast<std::int32_t>(rows.number(row, "action"))});
        CHECK(env.observation(0)[0] == rows.number(row, "next"));
        CHECK(env.reward()[0] == rows.number(row, "reward"));
        CHECK(env.terminated()[0] == rows.number(row, "terminated"));
        CHECK(env.truncated()[0] == rows.number(row, "truncated"));
        over = (env.terminated()[0] | env.truncated()[0]) != 0;
        ++played;
    }
    CHECK(played >= 60);
}

void check_chance(const std::string& id, const Assignments& settings, std::size_t pairs) {
    auto random = test::random_numbers(id.c_str());
    VectorEnvConfig config{.id = id, .num_envs = 4096, .seed = random()};
    config.settings = test::settings_of(id, settings);
    const FiniteMdp mdp = mdp_of(id, settings);
    CHECK(test::check_steps<float>(config, mdp, 2000, random) == pairs);
    test::check_starts(config, mdp);
}

}  // namespace

TEST_CASE("frozen lakes have Gymnasium's tables, entry for entry", "[toy_text]") {
    const test::Folder folder;
    check_table(mdp_of("FrozenLake-v1"), "frozen_lake");
    check_table(mdp_of("FrozenLake8x8-v1"), "frozen_lake_8x8");
    check_table(mdp_of("FrozenLake-v1", {"map_name=8x8"}), "frozen_lake_8x8");
    check_table(mdp_of("FrozenLake8x8-v1", {"map_name=4x4"}), "frozen_lake");
    check_table(mdp_of("FrozenLake-v1", {"is_slippery=false"}), "frozen_lake_sure");
    check_table(mdp_of("FrozenLake-v1", {"desc=" + folder.file("lake", custom_lake),
                                         "success_rate=0.8", "reward_schedule=10,-5,-0.1"}),
                "frozen_lake_custom");
}

TEST_CASE("cliff walking has Gymnasium's tables, entry for entry", "[toy_text]") {
    check_table(mdp_of("CliffWalking-v1"), "cliff_walking");
    check_table(mdp_of("CliffWalkingSlippery-v1"), "cliff_walking_slippery");
    check_table(mdp_of("CliffWalking-v1", {"is_slippery=true"}), "cliff_walking_slippery");
    check_table(mdp_of("CliffWalkingSlippery-v1", {"is_slippery=false"}), "cliff_walking");
}

TEST_CASE("taxis have Gymnasium's tables, entry for entry", "[toy_text]") {
    for (const char* id : {"Taxi-v3", "Taxi-v4"}) {
        check_table(mdp_of(id), "taxi");
        check_table(mdp_of(id, {"is_rainy=true"}), "taxi_rainy");
        CHECK(mdp_of(id).starts.size() == 300);
    }
    const FiniteMdp half = mdp_of("Taxi-v4", {"is_rainy=true", "rainy_probability=0.5"});
    CHECK(half.of(0, 0)[0].probability == 0.5);
    CHECK(half.of(0, 0)[2].probability == 0.25);
}

TEST_CASE("limits and thresholds are Gymnasium's", "[toy_text]") {
    const auto check = [](const char* id, std::int32_t limit, double threshold) {
        CAPTURE(id);
        const EnvironmentEntry entry = find_environment(id);
        CHECK(entry.id.max_episode_steps == limit);
        CHECK(entry.id.reward_threshold == threshold);
    };
    check("FrozenLake-v1", 100, 0.70);
    check("FrozenLake8x8-v1", 200, 0.85);
    check("CliffWalking-v1", 1'000'000'000, INFINITY);
    check("Taxi-v3", 200, 8);
}

TEST_CASE("recorded episodes replay in both precisions", "[toy_text]") {
    const test::Csv rows(golden + "episodes.csv");
    for (const char* id : {"FrozenLake-v1", "FrozenLake8x8-v1", "CliffWalking-v1", "Taxi-v4"}) {
        check_recorded_episodes<float>(rows, id);
        check_recorded_episodes<double>(rows, id);
    }
}

TEST_CASE("worlds slip as often as their tables say", "[toy_text][chance][once]") {
    const test::Folder folder;
    // No action is taken in holes and goals: 5 of 16 cells, 11 of 64.
    check_chance("FrozenLake-v1", {}, 11 * 4);
    check_chance("FrozenLake8x8-v1", {}, 53 * 4);
    check_chance("FrozenLake-v1", {"success_rate=0.9"}, 11 * 4);
    check_chance("FrozenLake-v1", {"desc=" + folder.file("lake", custom_lake)}, 11 * 4);
    // Nor on the cliff and at the goal.
    check_chance("CliffWalkingSlippery-v1", {}, 37 * 4);
    // Passengers at their destination: see Gymnasium's list of unreachable states.
    check_chance("Taxi-v4", {"is_rainy=true"}, 400 * 6);
}

TEST_CASE("the comparison of chances sees a wrong one, and what cannot happen", "[toy_text]") {
    auto random = test::random_numbers("wrong chances");
    VectorEnvConfig config{.id = "FrozenLake-v1", .num_envs = 4096, .seed = random()};
    const test::Tally tally =
        test::tally_steps<float>(config, mdp_of("FrozenLake-v1"), 400, random);
    CHECK(test::worst_discrepancy<float>(tally, mdp_of("FrozenLake-v1")) < 1);
    CHECK(test::worst_discrepancy<float>(tally, mdp_of("FrozenLake-v1", {"success_rate=0.36"})) >
          1);
    CHECK(test::worst_discrepancy<float>(tally, mdp_of("FrozenLake-v1", {"is_slippery=false"})) ==
          INFINITY);
}

TEST_CASE("certain and impossible slips", "[toy_text]") {
    auto random = test::random_numbers("certain slips");
    for (const char* rate : {"success_rate=1", "success_rate=0"}) {
        CAPTURE(rate);
        VectorEnvConfig config{.id = "FrozenLake-v1", .num_envs = 512, .seed = random()};
        config.settings = test::settings_of(config.id, {rate});
        test::check_steps<float>(config, mdp_of(config.id, {rate}), 100, random);
    }
}

TEST_CASE("maps that are none are refused", "[toy_text][bad_input]") {
    const test::Folder folder;
    const auto refused = [&](const std::string& text, std::initializer_list<std::string> words) {
        const std::string file = folder.file("lake.txt", text);
        CAPTURE(text);
        check_refused([&] { mdp_of("FrozenLake-v1", {"desc=" + file}); }, words);
        check_refused([&] { mdp_of("FrozenLake-v1", {"desc=" + file}); }, {file});
    };
    refused("SF\nFx\n", {"lake.txt:2:2: 'x': ", "allowed S, F, H and G"});
    refused("SF\nF\xff\n", {"lake.txt:2:2: byte 0xff: allowed S, F, H and G"});
    refused("SFF\nFG\n", {"lake.txt:2: ", "2 cells"});
    refused("SF\n\nFG\n", {"lake.txt:2: ", "0 cells"});
    refused("\n", {"is empty"});
    refused("SF\nFG\n\u201CF\n", {"lake.txt:3:1: U+201C: allowed S, F, H and G"});
    refused("FF\nFG\n", {"no S"});
    refused("SF\nFF\n", {"no G"});
    refused("", {"is empty"});
    CHECK(mdp_of("FrozenLake-v1", {"desc=" + folder.file("dos", "SF\r\nHG\r\n")}).states == 4);
    CHECK(mdp_of("FrozenLake-v1", {"desc=" + folder.file("open", "SF\nHG")}).states == 4);
    const std::string marked = folder.file("marked", "\xEF\xBB\xBFSF \nHG\n \n\n");
    CHECK(mdp_of("FrozenLake-v1", {"desc=" + marked}).states == 4);
}

TEST_CASE("settings that no world can have are refused", "[toy_text][bad_input]") {
    const test::Folder folder;
    const auto refused = [](const char* id, const Assignments& settings,
                            std::initializer_list<std::string> words) {
        check_refused([&] { mdp_of(id, settings); }, words);
    };
    const char* lake = "FrozenLake-v1";
    refused(lake, {"map_name=8x9"}, {"unknown map_name '8x9'", "did you mean '8x8'?", "4x4"});
    refused(lake, {"desc=/absent/lake"}, {"desc = '/absent/lake'", "no such file"});
    refused(lake, {"desc=" + folder.path()}, {"desc", "is not a file"});
    refused(lake, {"map_name=4x4", "desc=" + folder.file("x", "SG\n")},
            {"map_name and desc", "one of them"});
    refused(lake, {"success_rate=1.5"}, {"success_rate = 1.5", "allowed 0 to 1"});
    refused(lake, {"reward_schedule=1,0"}, {"reward_schedule = '1,0'", "three numbers"});
    for (const char* wrong : {"reward_schedule=1,0,", "reward_schedule=1,0,x", "reward_schedule=",
                              "reward_schedule=1,0,inf", "reward_schedule=1,0,nan"})
        refused(lake, {wrong}, {"reward_schedule = '", "expected numbers with commas"});
    refused("CliffWalking-v1", {"is_slippery=yes"}, {"'yes'", "false, true"});
    refused("Taxi-v3", {"rainy_probability=-0.1"}, {"rainy_probability = -0.1", "allowed 0 to 1"});
    VectorEnvConfig config{.id = lake, .num_envs = 2};
    config.settings.parameters["success_rate"] = {0.5, 0.6};
    check_refused([&] { VectorEnv<float> env(config); },
                  {"success_rate has 2 values", "allowed 1"});
}

}  // namespace lockstep
