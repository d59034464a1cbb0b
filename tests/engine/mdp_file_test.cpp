// Processes from JSON files: what they mean, and how mistakes in them are reported.

#include <string>
#include <string_view>
#include <vector>

#include <lockstep/error.hpp>
#include <lockstep/vector_env.hpp>

#include "engine/finite/mdp_json.hpp"
#include "engine/tables/finite_model.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/errors.hpp"
#include "tests/support/frequencies.hpp"
#include "tests/support/random.hpp"
#include "tests/support/tables.hpp"

namespace lockstep {
namespace {

using test::check_refused;
using test::mdp_of;

// Two states, two actions; action 1 of state 0 is not legal.
const std::string good_probabilities = "[[[0.25, 0.75], null], [[0, 1], [1, 0]]]";
const std::string good_rewards = "[[[1, -2.5], null], [[0, 3], [4e1, 0]]]";

std::string text_of(const std::string& probabilities, const std::string& rewards,
                    const std::string& more = "") {
    return "{\"transition_probabilities\": " + probabilities + ",\n\"rewards\": " + rewards + more +
           "}\n";
}
std::string with(const std::string& more) {
    return text_of(good_probabilities, good_rewards, ",\n" + more);
}

void check_text_refused(const std::string& text, std::initializer_list<std::string> words) {
    CAPTURE(text);
    check_refused([&] { parse_mdp("x.json", text); }, words);
    check_refused([&] { parse_mdp("x.json", text); }, {"x.json:"});
}

bool same(const Outcome& a, const Outcome& b) {
    return a.probability == b.probability && a.next == b.next && a.reward == b.reward &&
           a.terminated == b.terminated;
}

}  // namespace

TEST_CASE("a file means what it says", "[mdp_file]") {
    const FiniteMdp mdp = parse_mdp("x", text_of(good_probabilities, good_rewards));
    CHECK(mdp.states == 2);
    CHECK(mdp.actions == 2);
    CHECK(mdp.starts == std::vector<std::uint32_t>{0});
    CHECK_FALSE(mdp.legal(0, 1));
    REQUIRE(mdp.of(0, 0).size() == 2);
    CHECK(same(mdp.of(0, 0)[0], {.probability = 0.25, .next = 0, .reward = 1}));
    CHECK(same(mdp.of(0, 0)[1], {.probability = 0.75, .next = 1, .reward = -2.5}));
    REQUIRE(mdp.of(1, 1).size() == 1);  // outcomes with probability 0 are left out
    CHECK(same(mdp.of(1, 1)[0], {.probability = 1, .next = 0, .reward = 40}));
}

TEST_CASE("without a file it is the tutorial's process", "[mdp_file]") {
    const FiniteMdp mdp = mdp_of("MDP-v0");
    CHECK(mdp.states == 3);
    CHECK(mdp.actions == 3);
    const std::vector<std::vector<bool>> possible{{1, 1, 1}, {1, 0, 1}, {0, 1, 0}};
    for (std::int64_t s = 0; s < 3; ++s) {
        for (std::int64_t a = 0; a < 3; ++a) {
            CHECK(mdp.legal(s, a) ==
                  possible[static_cast<std::size_t>(s)][static_cast<std::size_t>(a)]);
        }
    }
    CHECK(same(mdp.of(0, 0)[0], {.probability = 0.7, .next = 0, .reward = 10}));
    CHECK(same(mdp.of(1, 2)[0], {.probability = 1, .next = 2, .reward = -50}));
    CHECK(same(mdp.of(2, 1)[0], {.probability = 0.8, .next = 0, .reward = 40}));
}

TEST_CASE("to enter a terminal state ends the episode", "[mdp_file]") {
    const FiniteMdp mdp = parse_mdp("x", with("\"terminal_states\": [1]"));
    CHECK(same(mdp.of(0, 0)[1],
               {.probability = 0.75, .next = 1, .reward = -2.5, .terminated = true}));
    CHECK_FALSE(mdp.of(0, 0)[0].terminated);
    CHECK_FALSE(mdp.of(1, 1)[0].terminated);
}

TEST_CASE("a terminal state needs no actions", "[mdp_file]") {
    const FiniteMdp mdp =
        parse_mdp("x", text_of("[[[0.5, 0.5]], [null]]", "[[[0, 1]], [null]]",
                               ", \"terminal_states\": [1], \"possible_actions\": [[0], []]"));
    REQUIRE(mdp.of(1, 0).size() == 1);
    CHECK(same(mdp.of(1, 0)[0], {.probability = 1, .next = 1, .terminated = true}));
}

TEST_CASE("episodes begin in any of the start states", "[mdp_file]") {
    CHECK(parse_mdp("x", with("\"start_states\": [1]")).starts == std::vector<std::uint32_t>{1});
    const test::Folder folder;
    auto random = test::random_numbers("start states");
    const std::string file = "file=" + folder.file("mdp.json", with("\"start_states\": [1, 0]"));
    VectorEnvConfig config{.id = "MDP-v0", .num_envs = 4096, .seed = random()};
    config.settings = test::settings_of("MDP-v0", {file});
    const FiniteMdp mdp = mdp_of("MDP-v0", {file});
    CHECK(mdp.starts == std::vector<std::uint32_t>{0, 1});
    test::check_starts(config, mdp);
    CHECK(test::check_steps<float>(config, mdp, 400, random) == 3);
}

TEST_CASE("the tutorial's process steps as it says", "[mdp_file][chance]") {
    auto random = test::random_numbers("the tutorial's process");
    const VectorEnvConfig config{.id = "MDP-v0", .num_envs = 4096, .seed = random()};
    CHECK(test::check_steps<float>(config, mdp_of("MDP-v0"), 400, random) == 6);
    CHECK(test::check_steps<double>(config, mdp_of("MDP-v0"), 40, random) == 6);
}

TEST_CASE("what is not JSON is refused with its place", "[mdp_file][bad_input]") {
    check_text_refused("", {"x.json:1:1: not JSON"});
    check_text_refused("{\n\"rewards\": [1,\n 2,,]}", {"x.json:3:4: not JSON", "','"});
    check_text_refused("{\n\"rewards\": [[[\nNaN]]]}", {"x.json:3:1: not JSON", "N'"});
    check_text_refused("{\n\"rewards\": [[[1,\n\n-1e999]]]}", {"x.json:4:", "-1e999"});
    check_text_refused("{\"rewards\":\n[1", {"x.json:2:3: not JSON", "the end"});
    check_text_refused("{}\n{}\n", {"x.json:2:1: not JSON"});
    check_text_refused("{\"rewards\": 'x'}", {"x.json:1:13: not JSON"});
    check_text_refused("{\"rewards\": \"\xff\"}", {"x.json:1:14: not JSON", "byte 0xff"});
    check_text_refused(std::string(100'000, '['), {"x.json:1:100001: not JSON"});
}

TEST_CASE("keys that are unknown, missing or there twice are refused", "[mdp_file][bad_input]") {
    check_text_refused("[1, 2]", {"[1,2]", "expected an object"});
    check_text_refused("{}", {"transition_probabilities: missing", "rewards: missing"});
    check_text_refused(with("\"start_state\": [0]"),
                       {"unknown key 'start_state'", "did you mean 'start_states'?"});
    check_text_refused(with("\"rewards\": []"), {"'rewards' is given twice"});
}

TEST_CASE("wrong shapes are refused by their paths", "[mdp_file][bad_input]") {
    const auto refused = [](const std::string& probabilities, const std::string& rewards,
                            std::initializer_list<std::string> words) {
        check_text_refused(text_of(probabilities, rewards), words);
    };
    refused("{}", good_rewards, {"transition_probabilities: {}: expected a list"});
    refused("[]", good_rewards, {"transition_probabilities: []: expected a list"});
    refused("[1, 2]", good_rewards, {"transition_probabilities[0]: 1: expected a list"});
    refused("[[], []]", good_rewards, {"transition_probabilities[0]: 0 actions: allowed 1 to 32"});
    refused("[[[1, 0]], [[1, 0], null]]", "[[[1, 0]], [[1, 0]]]",
            {"transition_probabilities[1]: 2 entries: expected 1, one for each action"});
    refused("[[[1, 0]], [[1, 0, 0]]]", "[[[1, 0]], [[1, 0]]]",
            {"transition_probabilities[1][0]: 3 entries: expected 2, one for each next state"});
    refused(good_probabilities, "[[[1, 0], null]]",
            {"rewards: 1 entries: expected 2, one for each state"});
    refused(good_probabilities, "[[[1, 2], 7], [[0, 3], [4, 0]]]",
            {"rewards[0][1]: 7: expected 2"});
    refused(good_probabilities, "[[null, null], [[0, 3], [4, 0]]]",
            {"rewards[0][0]: null, but the action is possible"});
}

TEST_CASE("more than tables can hold is refused", "[mdp_file][bad_input]") {
    std::string rows = "[null]";
    for (int s = 1; s < 46'341; ++s) rows += ",[null]";
    check_text_refused(
        text_of("[" + rows + "]", "[]"),
        {"transition_probabilities: 46341 states, 1 actions: allowed", "2147483647"});
}

TEST_CASE("wrong numbers are refused by their paths", "[mdp_file][bad_input]") {
    const auto refused = [](const std::string& row, std::initializer_list<std::string> words) {
        check_text_refused(text_of("[[[1, 0]], [" + row + "]]", "[[[1, 0]], [[1, 0]]]"), words);
    };
    refused("[0.5, 0.4]", {"transition_probabilities[1][0]: probabilities sum to 0.9: must be 1"});
    refused("[0, 0]", {"probabilities sum to 0.0: must be 1"});
    refused("[1.5, -0.5]", {"transition_probabilities[1][0][0]: 1.5: allowed 0 to 1"});
    refused("[1, -0.5]", {"transition_probabilities[1][0][1]: -0.5: allowed 0 to 1"});
    refused("[\"1\", 0]", {"transition_probabilities[1][0][0]: \"1\": expected a number"});
    refused("[null, 1]", {"transition_probabilities[1][0][0]: null: expected a number"});
    refused("[true, 0]", {"transition_probabilities[1][0][0]: true: expected a number"});
    refused("null", {"transition_probabilities[1]: no action is possible"});
    check_text_refused(text_of(good_probabilities, "[[[1, \"x\"], null], [[0, 3], [4, 0]]]"),
                       {"rewards[0][0][1]: \"x\": expected a number"});
    CHECK(parse_mdp("x", text_of("[[[1e-10, 0.9999999999]], [[0, 1]]]", "[[[0, 0]], [[0, 0]]]"))
              .of(0, 0)
              .size() == 2);
}

TEST_CASE("lists of states and actions are checked", "[mdp_file][bad_input]") {
    const auto refused = [](const std::string& more, std::initializer_list<std::string> words) {
        check_text_refused(with(more), words);
    };
    refused("\"possible_actions\": [[0]]", {"possible_actions: 1 entries: expected 2"});
    refused("\"possible_actions\": [[0, 1], [0, 1]]",
            {"possible_actions[0]: has action 1, but transition_probabilities[0][1] is null"});
    refused(
        "\"possible_actions\": [[0], [0]]",
        {"possible_actions[1]: lacks action 1, but transition_probabilities[1][1] is not null"});
    refused("\"possible_actions\": [[0], [0, 2]]",
            {"possible_actions[1][1]: 2: allowed whole numbers from 0 to 1"});
    refused("\"possible_actions\": [[0], [0, 1, 1]]", {"possible_actions[1][2]: 1: given twice"});
    refused("\"possible_actions\": [[0], 1]", {"possible_actions[1]: 1: expected a list"});
    refused("\"start_states\": []", {"start_states: []: expected at least one state"});
    refused("\"start_states\": 0", {"start_states: 0: expected a list"});
    for (const std::string wrong :
         {"-1", "2", "0.5", "\"0\"", "null", "1e0", "18446744073709551616"})
        refused("\"start_states\": [" + wrong + "]",
                {"start_states[0]: ", "allowed whole numbers"});
    refused("\"terminal_states\": [1, 1]", {"terminal_states[1]: 1: given twice"});
    refused("\"terminal_states\": [0]", {"episodes begin in state 0, which is terminal"});
}

TEST_CASE("ten faults are told at once, and how many more there are", "[mdp_file][bad_input]") {
    std::string rows, rewards;
    for (int s = 0; s < 25; ++s) {
        rows += (s == 0 ? "[[0.5" : ", [[0.5"), rewards += (s == 0 ? "[[0" : ", [[0");
        for (int next = 1; next < 25; ++next) rows += ", 0", rewards += ", 0";
        rows += "]]", rewards += "]]";
    }
    check_text_refused(text_of("[" + rows + "]", "[" + rewards + "]"),
                       {"[0][0]: probabilities", "[9][0]: probabilities", "15 more faults"});
}

TEST_CASE("a damaged text is a process that packs, or refused", "[mdp_file][bad_input]") {
    auto random = test::random_numbers("damaged texts");
    const std::string good =
        with("\"possible_actions\": [[0], [0, 1]], \"start_states\": [0], \"terminal_states\": []");
    constexpr std::string_view characters = "[]{},:.-0125eE\"\nnultrasfipw_ ";
    int accepted = 0;
    for (int i = 0; i < 20'000; ++i) {
        std::string text = good;
        for (std::uint64_t n = 1 + random() % 3; n > 0; --n) {
            const std::size_t at = random() % text.size();
            if (random() % 2 == 0) {
                text.erase(at, 1 + random() % 8);
            } else {
                text.insert(at, 1, characters[random() % characters.size()]);
            }
        }
        CAPTURE(text);
        try {
            const FiniteModel model(parse_mdp("x", text));
            ++accepted;
        } catch (const ConfigError&) {
        }
    }
    CHECK(accepted > 0);
    CHECK(accepted < 10'000);
}

TEST_CASE("files that cannot be read are refused", "[mdp_file][bad_input]") {
    const test::Folder folder;
    const auto refused = [](const std::string& file, std::initializer_list<std::string> words) {
        check_refused([&] { mdp_of("MDP-v0", {"file=" + file}); }, words);
    };
    refused("/absent.json", {"file = '/absent.json'", "no such file"});
    refused(folder.path(), {folder.path(), "is not a file"});
    refused("/dev/zero", {"/dev/zero:1:1: U+0000"});
    const std::string empty = folder.file("empty.json", "");
    refused(empty, {empty, "is empty"});
    const std::string wrong = folder.file("wrong.json", "{\n\"rewards\": oops}");
    refused(wrong, {wrong + ":2:12: not JSON"});
}

}  // namespace lockstep
